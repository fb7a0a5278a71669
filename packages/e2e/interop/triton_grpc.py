"""tritonclient over gRPC and its asyncio variant. Usage: triton_grpc.py HOST:PORT TOKEN"""
import asyncio
import json
import queue
import sys

import tritonclient.grpc as grpc
import tritonclient.grpc.aio as grpc_aio
from triton_suite import EVERY, HALF, ROWS, differing, inputs_of, refusal, total_input

url, headers = sys.argv[1], {"authorization": f"Bearer {sys.argv[2]}"}
client = grpc.InferenceServerClient(url)


def in_the_background():
    answers = queue.Queue()
    client.async_infer("total", total_input(grpc), lambda result, error: answers.put((result, error)), headers=headers)
    result, error = answers.get(timeout=30)
    return str(error) if error else result.as_numpy("total").tolist()


def every_way():
    outputs = [grpc.InferRequestedOutput(f"{name}_out") for name in EVERY]
    named = client.infer("every", inputs_of(grpc, EVERY), outputs=outputs, request_id="7", headers=headers)
    response = named.get_response()
    return {
        "outputs named": {"wrong": differing(named, EVERY), "id": response.id, "model": response.model_name, "version": response.model_version},
        "no outputs named": {"wrong": differing(client.infer("every", inputs_of(grpc, EVERY), headers=headers), EVERY)},
        "half": {"wrong": differing(client.infer("half", inputs_of(grpc, HALF), headers=headers), HALF)},
        "in the background": {"totals": in_the_background()},
        "with a deadline": {"totals": client.infer("total", total_input(grpc), headers=headers, client_timeout=10).as_numpy("total").tolist()},
    }


def refusals():
    return {
        "no token": refusal(lambda: client.infer("total", total_input(grpc))),
        "stranger": refusal(lambda: client.infer("stranger", total_input(grpc), headers=headers)),
        "strange version": refusal(lambda: client.infer("total", total_input(grpc), model_version="99", headers=headers)),
        "wrong shape": refusal(lambda: client.infer("total", total_input(grpc, ROWS[:, :3].copy()), headers=headers)),
        "wrong datatype": refusal(lambda: client.infer("total", total_input(grpc, ROWS.astype("int64"), "INT64"), headers=headers)),
        "strange input": refusal(lambda: client.infer("total", total_input(grpc, name="y"), headers=headers)),
        "strange output": refusal(lambda: client.infer("total", total_input(grpc), outputs=[grpc.InferRequestedOutput("y")], headers=headers)),
    }


async def asynchronous():
    async with grpc_aio.InferenceServerClient(url) as other:
        answers = await asyncio.gather(*(other.infer("total", total_input(grpc_aio), headers=headers) for _ in range(16)))
        every = await other.infer("every", inputs_of(grpc_aio, EVERY), headers=headers)
        return {
            "live": await other.is_server_live(),
            "ready": await other.is_model_ready("total", headers=headers),
            "totals": [answer.as_numpy("total").tolist() for answer in answers],
            "wrong": differing(every, EVERY),
        }


print(json.dumps({
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "server": client.get_server_metadata(as_json=True),
    "modelReady": client.is_model_ready("total", headers=headers),
    "versionReady": client.is_model_ready("total", "1", headers=headers),
    "metadata": client.get_model_metadata("total", headers=headers, as_json=True),
    "index": client.get_model_repository_index(headers=headers, as_json=True),
    "ways": every_way(),
    "refusals": refusals(),
    "asyncio": asyncio.run(asynchronous()),
}))
