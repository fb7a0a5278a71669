"""tritonclient over HTTP, JSON and binary, and its asyncio variant. Usage: triton_http.py HOST:PORT TOKEN"""
import asyncio
import json
import sys

import tritonclient.http as http
import tritonclient.http.aio as http_aio
from triton_suite import EVERY, HALF, ROWS, differing, inputs_of, refusal, total_input

url, token = sys.argv[1:3]


def authorised():
    """New ones for each call: the client writes into the headers that it is given."""
    return {"authorization": f"Bearer {token}"}


client = http.InferenceServerClient(url, concurrency=4)
seen = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "server": client.get_server_metadata(),
    "modelReady": client.is_model_ready("total", headers=authorised()),
    "versionReady": client.is_model_ready("total", "1", headers=authorised()),
    "strangerReady": client.is_model_ready("stranger", headers=authorised()),
    "metadata": client.get_model_metadata("total", headers=authorised()),
    "index": client.get_model_repository_index(headers=authorised()),
}


def every_way():
    ways = {}
    for sent in (False, True):
        for received in (False, True):
            outputs = [http.InferRequestedOutput(f"{name}_out", binary_data=received) for name in EVERY]
            result = client.infer("every", inputs_of(http, EVERY, binary_data=sent), outputs=outputs, request_id="7", headers=authorised())
            response = result.get_response()
            ways[f"{'binary' if sent else 'JSON'} to {'binary' if received else 'JSON'}"] = {
                "wrong": differing(result, EVERY), "id": response["id"], "model": response["model_name"], "version": response["model_version"],
            }
    mixed = inputs_of(http, {"bool": EVERY["bool"]}, binary_data=True) + inputs_of(http, {k: v for k, v in EVERY.items() if k != "bool"}, binary_data=False)
    ways["mixed"] = {"wrong": differing(client.infer("every", mixed, headers=authorised()), EVERY)}
    ways["no outputs named"] = {"wrong": differing(client.infer("every", inputs_of(http, EVERY), headers=authorised()), EVERY)}
    ways["half"] = {"wrong": differing(client.infer("half", inputs_of(http, HALF), headers=authorised()), HALF)}
    compressed = client.infer("total", total_input(http), headers=authorised(), response_compression_algorithm="gzip")
    ways["gzip asked for"] = {"totals": compressed.as_numpy("total").tolist()}
    background = client.async_infer("total", total_input(http), headers=authorised()).get_result()
    ways["in the background"] = {"totals": background.as_numpy("total").tolist()}
    return ways


def refusals():
    return {
        "no token": refusal(lambda: client.infer("total", total_input(http))),
        "stranger": refusal(lambda: client.infer("stranger", total_input(http), headers=authorised())),
        "strange version": refusal(lambda: client.infer("total", total_input(http), model_version="99", headers=authorised())),
        "wrong shape": refusal(lambda: client.infer("total", total_input(http, ROWS[:, :3].copy()), headers=authorised())),
        "wrong datatype": refusal(lambda: client.infer("total", total_input(http, ROWS.astype("int64"), "INT64"), headers=authorised())),
        "strange input": refusal(lambda: client.infer("total", total_input(http, name="y"), headers=authorised())),
        "strange output": refusal(lambda: client.infer("total", total_input(http), outputs=[http.InferRequestedOutput("y")], headers=authorised())),
    }


async def asynchronous():
    async with http_aio.InferenceServerClient(url) as other:
        answers = await asyncio.gather(*(other.infer("total", total_input(http_aio, binary_data=bool(n % 2)), headers=authorised()) for n in range(16)))
        every = await other.infer("every", inputs_of(http_aio, EVERY), headers=authorised())
        return {
            "live": await other.is_server_live(),
            "ready": await other.is_model_ready("total", headers=authorised()),
            "totals": [answer.as_numpy("total").tolist() for answer in answers],
            "wrong": differing(every, EVERY),
        }


seen["ways"] = every_way()
seen["refusals"] = refusals()
top = [http.InferRequestedOutput("total", binary_data=False, class_count=1)]
seen["classes"] = client.infer("total", total_input(http), outputs=top, headers=authorised()).as_numpy("total").tolist()
seen["asyncio"] = asyncio.run(asynchronous())
print(json.dumps(seen, default=lambda value: value.decode() if isinstance(value, bytes) else str(value)))
