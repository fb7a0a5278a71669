"""Writes the backend tests of ONNX that ONNX Runtime runs in Python. Usage: backend_cases.py FOLDER

N.onnx is a model, N.body the body of an infer request with its inputs in binary, N.answer the bytes of its outputs, one after the other.
Prints {"cases": [{name, inputs, outputs, headerBytes, parts}], "outOfReach": {reason: count}}: out of reach are tests that Python's runtime
does not run, and tensors that ONNX Runtime for Node cannot pass in or out.
"""
import json
import struct
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests

warnings.filterwarnings("ignore")
onnxruntime.set_default_logger_severity(4)

DATATYPES = {
    "tensor(bool)": "BOOL", "tensor(uint8)": "UINT8", "tensor(uint16)": "UINT16", "tensor(uint32)": "UINT32", "tensor(uint64)": "UINT64",
    "tensor(int8)": "INT8", "tensor(int16)": "INT16", "tensor(int32)": "INT32", "tensor(int64)": "INT64", "tensor(float16)": "FP16",
    "tensor(float)": "FP32", "tensor(double)": "FP64", "tensor(string)": "BYTES",
}
# What these give is not the same twice.
RANDOM = ("bernoulli", "randomnormal", "randomuniform", "multinomial", "training_dropout", "dropout_default_mask_ratio_training")


class OutOfReach(Exception):
    pass


def tensor_of(path_or_array, model, index):
    if isinstance(path_or_array, np.ndarray):
        return path_or_array
    proto = onnx.TensorProto()
    proto.ParseFromString(Path(path_or_array).read_bytes())
    return numpy_helper.to_array(proto)


def data_sets(case):
    if case.data_sets:
        for inputs, _ in case.data_sets:
            return list(inputs)
    folder = next(iter(sorted(Path(case.model_dir).glob("test_data_set_*"))), None)
    if folder is None:
        raise OutOfReach("no inputs")
    files = sorted(folder.glob("input_*.pb"), key=lambda file: int(file.stem.split("_")[1]))
    return [tensor_of(file, None, 0) for file in files]


def spec_of(value):
    if value.type not in DATATYPES:
        raise OutOfReach(f"type {value.type.split('(')[0] if not value.type.startswith('tensor') else value.type}")
    return {"name": value.name, "datatype": DATATYPES[value.type], "shape": [size if isinstance(size, int) and size >= 0 else -1 for size in value.shape]}


def raw(array, datatype):
    if datatype != "BYTES":
        return np.ascontiguousarray(array).tobytes()
    texts = [(text if isinstance(text, bytes) else str(text).encode()) for text in np.asarray(array, dtype=object).reshape(-1)]
    return b"".join(struct.pack("<I", len(text)) + text for text in texts)


def prepared(case):
    model = case.model if case.model is not None else onnx.load(Path(case.model_dir) / "model.onnx")
    if any(word in case.name for word in RANDOM):
        raise OutOfReach("random")
    content = model.SerializeToString()
    inputs = data_sets(case)
    try:
        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        specs = [spec_of(value) for value in session.get_inputs()]
        names = [spec["name"] for spec in specs]
        feeds = dict(zip([value.name for value in model.graph.input], inputs))
        given = session.run(None, {name: feeds[name] for name in names})
    except OutOfReach:
        raise
    except Exception as error:
        raise OutOfReach("Python's runtime does not run it") from error
    if not specs:
        raise OutOfReach("nothing can be asked of a model without inputs")
    outputs = [spec_of(value) for value in session.get_outputs()]
    if any(not isinstance(array, np.ndarray) for array in given):
        raise OutOfReach("output that is no tensor")
    return content, specs, feeds, outputs, given


folder = Path(sys.argv[1])
cases, out_of_reach = [], Counter()
for kind in ("node", "simple", "pytorch-converted", "pytorch-operator"):
    for case in load_model_tests(kind=kind):
        try:
            content, specs, feeds, outputs, given = prepared(case)
        except OutOfReach as error:
            out_of_reach[str(error)] += 1
            continue
        bodies = [raw(feeds[spec["name"]], spec["datatype"]) for spec in specs]
        header = json.dumps({
            "inputs": [
                {**spec, "shape": list(np.shape(feeds[spec["name"]])), "parameters": {"binary_data_size": len(body)}} for spec, body in zip(specs, bodies)
            ],
            "parameters": {"binary_data_output": True},
        }).encode()
        answers = [raw(array, spec["datatype"]) for array, spec in zip(given, outputs)]
        number = len(cases)
        (folder / f"{number}.onnx").write_bytes(content)
        (folder / f"{number}.body").write_bytes(header + b"".join(bodies))
        (folder / f"{number}.answer").write_bytes(b"".join(answers))
        cases.append({
            "name": f"{kind}/{case.name}", "inputs": specs, "outputs": outputs, "headerBytes": len(header),
            "parts": [{"shape": list(array.shape), "bytes": len(answer)} for array, answer in zip(given, answers)],
        })
(folder / "cases.json").write_text(json.dumps({"cases": cases, "outOfReach": out_of_reach}))
print(json.dumps({"cases": len(cases)}))
