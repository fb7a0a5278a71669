"""Asks an endpoint through NVIDIA's tritonclient. Usage: infer_tritonclient.py HOST:PORT ENDPOINT COLUMNS, where COLUMNS is JSON: values by input name."""
import json
import sys

import numpy as np
import tritonclient.http as http
from tritonclient.utils import InferenceServerException, triton_to_np_dtype


def tensor(spec, values, binary_data):
    array = np.array(values, dtype=triton_to_np_dtype(spec["datatype"]))
    made = http.InferInput(spec["name"], list(array.shape), spec["datatype"])
    made.set_data_from_numpy(array, binary_data=binary_data)
    return made


def refusal(ask):
    try:
        ask()
    except InferenceServerException as error:
        return str(error)
    return None


client = http.InferenceServerClient(sys.argv[1])
endpoint, columns = sys.argv[2], json.loads(sys.argv[3])
metadata = client.get_model_metadata(endpoint)
inputs = [tensor(spec, columns[spec["name"]], False) for spec in metadata["inputs"]]
outputs = [http.InferRequestedOutput(spec["name"], binary_data=False) for spec in metadata["outputs"]]
result = client.infer(endpoint, inputs, request_id="from-triton", outputs=outputs)
print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "server": client.get_server_metadata(),
    "model": metadata,
    "modelReady": client.is_model_ready(endpoint),
    "versionReady": client.is_model_ready(endpoint, metadata["versions"][0]),
    "strangerReady": client.is_model_ready("nobody-released-this"),
    "id": result.get_response()["id"],
    "answeredBy": result.get_response()["model_name"],
    "probabilities": result.as_numpy(metadata["outputs"][0]["name"]).tolist(),
    "binaryRefusal": refusal(lambda: client.infer(endpoint, [tensor(spec, columns[spec["name"]], True) for spec in metadata["inputs"]])),
    "strangerRefusal": refusal(lambda: client.infer("nobody-released-this", inputs)),
}))
