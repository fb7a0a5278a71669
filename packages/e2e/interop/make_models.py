"""Writes the models of the interop suite with the reference library. Usage: make_models.py FOLDER

every.onnx gives each input back under its name with `_out`, of every datatype that JSON can carry; half.onnx the same for FP16;
total.onnx sums the four columns of `x` [rows, 4] into `total` [rows].
"""
import json
import sys
from pathlib import Path

from onnx import TensorProto, helper, save

OF_OIP = {
    "BOOL": TensorProto.BOOL, "UINT8": TensorProto.UINT8, "UINT16": TensorProto.UINT16, "UINT32": TensorProto.UINT32, "UINT64": TensorProto.UINT64,
    "INT8": TensorProto.INT8, "INT16": TensorProto.INT16, "INT32": TensorProto.INT32, "INT64": TensorProto.INT64,
    "FP32": TensorProto.FLOAT, "FP64": TensorProto.DOUBLE, "BYTES": TensorProto.STRING, "FP16": TensorProto.FLOAT16,
}


def identity_of(datatypes):
    names = [datatype.lower() for datatype in datatypes]
    nodes = [helper.make_node("Identity", [name], [f"{name}_out"]) for name in names]
    inputs = [helper.make_tensor_value_info(name, OF_OIP[name.upper()], ["rows", 1]) for name in names]
    outputs = [helper.make_tensor_value_info(f"{name}_out", OF_OIP[name.upper()], ["rows", 1]) for name in names]
    return helper.make_graph(nodes, "identity", inputs, outputs)


def total():
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
    node = helper.make_node("ReduceSum", ["x", "axes"], ["total"], keepdims=0)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 4])
    return helper.make_graph([node], "total", [x], [helper.make_tensor_value_info("total", TensorProto.FLOAT, ["rows"])], [axes])


folder = Path(sys.argv[1])
every = [datatype for datatype in OF_OIP if datatype != "FP16"]
for name, graph in {"every": identity_of(every), "half": identity_of(["FP16"]), "total": total()}.items():
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / f"{name}.onnx")
print(json.dumps({"every": every}))
