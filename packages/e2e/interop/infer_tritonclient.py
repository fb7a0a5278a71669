"""Asks an endpoint through NVIDIA's tritonclient, by JSON and binary. Usage: infer_tritonclient.py HOST:PORT ENDPOINT TOKEN COLUMNS, where COLUMNS is JSON: values by input name."""
import json
import sys

import numpy as np
import tritonclient.http as http
from tritonclient.utils import triton_to_np_dtype

client = http.InferenceServerClient(sys.argv[1])
endpoint, token, columns = sys.argv[2], sys.argv[3], json.loads(sys.argv[4])


def authorised():
    """New ones for each call: the client writes into the headers that it is given."""
    return {"authorization": f"Bearer {token}"}


def tensor(spec, values, binary_data):
    array = np.array(values, dtype=triton_to_np_dtype(spec["datatype"]))
    made = http.InferInput(spec["name"], list(array.shape), spec["datatype"])
    made.set_data_from_numpy(array, binary_data=binary_data)
    return made


def infer(binary_data):
    inputs = [tensor(spec, columns[spec["name"]], binary_data) for spec in metadata["inputs"]]
    outputs = [http.InferRequestedOutput(spec["name"], binary_data=binary_data) for spec in metadata["outputs"]]
    return client.infer(endpoint, inputs, request_id="from-triton", outputs=outputs, headers=authorised())


metadata = client.get_model_metadata(endpoint, headers=authorised())
result = infer(False)
print(json.dumps({
    "model": metadata,
    "versionReady": client.is_model_ready(endpoint, metadata["versions"][0], headers=authorised()),
    "id": result.get_response()["id"],
    "answeredBy": result.get_response()["model_name"],
    "probabilities": result.as_numpy(metadata["outputs"][0]["name"]).tolist(),
    "fromBinary": infer(True).as_numpy(metadata["outputs"][0]["name"]).tolist(),
}))
