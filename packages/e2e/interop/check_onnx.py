"""Checks an ONNX file with the reference checker, in full. Usage: check_onnx.py FILE"""
import json
import sys

import onnx

model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
print(json.dumps({
    "inputs": [value.name for value in model.graph.input],
    "outputs": [value.name for value in model.graph.output],
}))
