"""The contract of perf_analyzer: what it reads of the server before and after a window. Usage: triton_statistics.py HTTP_HOST:PORT GRPC_HOST:PORT TOKEN

Prints, for both wires, what changed over 10 requests of one row and 5 of three rows.
"""
import json
import sys

import tritonclient.grpc as grpc
import tritonclient.http as http
from triton_suite import ROWS, total_input


def authorised():
    """New ones for each call: one of the clients writes into the headers that it is given."""
    return {"authorization": f"Bearer {sys.argv[3]}"}


clients = {"http": (http, http.InferenceServerClient(sys.argv[1])), "grpc": (grpc, grpc.InferenceServerClient(sys.argv[2]))}
PARTS = ("success", "fail", "queue", "compute_input", "compute_infer", "compute_output", "cache_hit", "cache_miss")


def statistics(client):
    options = {} if client is clients["http"][1] else {"as_json": True}
    (model,) = client.get_inference_statistics("total", "1", headers=authorised(), **options)["model_stats"]
    parts = model["inference_stats"]
    return {
        "name": model["name"],
        "version": model["version"],
        "last": int(model["last_inference"]),
        "inferences": int(model["inference_count"]),
        "executions": int(model["execution_count"]),
        "batches": {int(batch["batch_size"]): int(batch["compute_infer"]["count"]) for batch in model["batch_stats"]},
        **{part: {key: int(parts.get(part, {}).get(key, 0)) for key in ("count", "ns")} for part in PARTS},
    }


def change(api, client):
    client.infer("total", total_input(api), headers=authorised())
    before = statistics(client)
    for _ in range(10):
        client.infer("total", total_input(api, ROWS[:1].copy()), headers=authorised())
    for _ in range(5):
        client.infer("total", total_input(api), headers=authorised())
    try:
        client.infer("total", total_input(api, ROWS[:, :3].copy()), headers=authorised())
    except Exception:
        pass
    after = statistics(client)
    return {
        "name": after["name"],
        "version": after["version"],
        "later": after["last"] >= before["last"] > 1_600_000_000_000,
        "inferences": after["inferences"] - before["inferences"],
        "executions": after["executions"] - before["executions"],
        "batches": sum(after["batches"].values()) - sum(before["batches"].values()),
        "rowsOfBatches": sum(size * count for size, count in after["batches"].items()) - sum(size * count for size, count in before["batches"].items()),
        **{part: {key: after[part][key] - before[part][key] for key in ("count", "ns")} for part in PARTS},
    }


def configuration(client):
    options = {} if client is clients["http"][1] else {"as_json": True}
    config = client.get_model_config("total", "1", headers=authorised(), **options)
    return config.get("config", config)


print(json.dumps({wire: {"change": change(api, client), "config": configuration(client)} for wire, (api, client) in clients.items()}))
