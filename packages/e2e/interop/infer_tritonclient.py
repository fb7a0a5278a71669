"""Asks an endpoint through NVIDIA's tritonclient. Usage: infer_tritonclient.py HOST:PORT ENDPOINT"""
import json
import sys

import numpy as np
import tritonclient.http as http

FILLERS = {"BYTES": np.array(["SFO", "JFK"], dtype=object), "INT64": np.array([7, 8], dtype=np.int64), "FP32": np.array([7, 8], dtype=np.float32)}

client = http.InferenceServerClient(sys.argv[1])
endpoint = sys.argv[2]
metadata = client.get_model_metadata(endpoint)
inputs = []
for spec in metadata["inputs"]:
    tensor = http.InferInput(spec["name"], [2], spec["datatype"])
    tensor.set_data_from_numpy(FILLERS[spec["datatype"]], binary_data=False)
    inputs.append(tensor)
outputs = [http.InferRequestedOutput(spec["name"], binary_data=False) for spec in metadata["outputs"]]
result = client.infer(endpoint, inputs, request_id="from-triton", outputs=outputs)
print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "modelReady": client.is_model_ready(endpoint),
    "id": result.get_response()["id"],
    "probabilities": result.as_numpy(metadata["outputs"][0]["name"]).tolist(),
}))
