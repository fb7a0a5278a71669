"""KServe's own client, REST and gRPC. Usage: kserve_sdk.py HTTP_URL GRPC_HOST:PORT TOKEN"""
import asyncio
import json
import sys

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig
from triton_suite import EVERY, ROWS

url, grpc_host, token = sys.argv[1:4]
headers = {"authorization": f"Bearer {token}"}
metadata = (("authorization", f"Bearer {token}"),)


def total(rows=ROWS, binary=None):
    tensor = InferInput("x", list(rows.shape), "FP32")
    if binary is None:
        tensor.data = rows.flatten().tolist()
    else:
        tensor.set_data_from_numpy(rows, binary_data=binary)
    return InferRequest(model_name="total", infer_inputs=[tensor], request_id="7")


def every(binary):
    tensors = []
    for name, values in EVERY.items():
        tensor = InferInput(name, list(values.shape), name.upper())
        tensor.set_data_from_numpy(values, binary_data=binary)
        tensors.append(tensor)
    return InferRequest(model_name="every", infer_inputs=tensors)


def seen(response):
    return {"id": response.id, "model": response.model_name, "totals": response.outputs[0].as_numpy().tolist()}


def differing(response):
    outputs = {output.name: output.as_numpy() for output in response.outputs}
    text = np.vectorize(lambda value: value.decode() if isinstance(value, bytes) else value)
    pairs = {name: (values, outputs[f"{name}_out"]) for name, values in EVERY.items()}
    return [name for name, (sent, got) in pairs.items() if not np.array_equal(text(sent) if sent.dtype == object else sent, text(got) if got.dtype == object else got)]


async def rest():
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    answer = {
        "live": await client.is_server_live(url),
        "ready": await client.is_server_ready(url),
        "modelReady": await client.is_model_ready(url, "total", headers=headers),
        "json": seen(await client.infer(url, total(), model_name="total", headers=dict(headers))),
        "binary": seen(await client.infer(url, total(binary=True), model_name="total", headers=dict(headers))),
        "everyBinary": differing(await client.infer(url, every(True), model_name="every", headers=dict(headers))),
    }
    try:
        await client.infer(url, total(), model_name="stranger", headers=dict(headers))
    except Exception as error:
        answer["refusal"] = str(error)
    await client.close()
    return answer


async def grpc():
    client = InferenceGRPCClient(grpc_host)
    answer = {
        "live": await client.is_server_live(),
        "ready": await client.is_server_ready(),
        "modelReady": await client.is_model_ready("total", headers=metadata),
        "typed": seen(await client.infer(total(), headers=metadata)),
        "raw": seen(await client.infer(total(binary=True), headers=metadata)),
        "everyRaw": differing(await client.infer(every(True), headers=metadata)),
    }
    try:
        await client.infer(InferRequest(model_name="stranger", infer_inputs=total().inputs), headers=metadata)
    except Exception as error:
        answer["refusal"] = error.code().name
    await client.close()
    return answer


async def main():
    print(json.dumps({"rest": await rest(), "grpc": await grpc()}))


asyncio.run(main())
