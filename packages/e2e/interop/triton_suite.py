"""What each variant of tritonclient is asked to do, once for all of them. Values at the edge of their type, two rows of each."""
import numpy as np
from tritonclient.utils import InferenceServerException

EVERY = {
    "bool": np.array([[True], [False]]),
    "uint8": np.array([[0], [255]], dtype=np.uint8),
    "uint16": np.array([[0], [2**16 - 1]], dtype=np.uint16),
    "uint32": np.array([[0], [2**32 - 1]], dtype=np.uint32),
    "uint64": np.array([[2**53 + 1], [2**64 - 1]], dtype=np.uint64),
    "int8": np.array([[-128], [127]], dtype=np.int8),
    "int16": np.array([[-(2**15)], [2**15 - 1]], dtype=np.int16),
    "int32": np.array([[-(2**31)], [2**31 - 1]], dtype=np.int32),
    "int64": np.array([[-(2**63)], [2**63 - 1]], dtype=np.int64),
    "fp32": np.array([[1.5], [-3.4e38]], dtype=np.float32),
    "fp64": np.array([[0.1], [1.7e308]], dtype=np.float64),
    "bytes": np.array([["Zürich".encode()], [b""]], dtype=object),
}
HALF = {"fp16": np.array([[1.5], [-65504.0]], dtype=np.float16)}
ROWS = np.arange(12, dtype=np.float32).reshape(3, 4)


def datatype_of(name):
    return name.upper()


def inputs_of(api, columns, **options):
    made = []
    for name, values in columns.items():
        tensor = api.InferInput(name, list(values.shape), datatype_of(name))
        tensor.set_data_from_numpy(values, **options)
        made.append(tensor)
    return made


def total_input(api, rows=ROWS, datatype="FP32", name="x", **options):
    tensor = api.InferInput(name, list(rows.shape), datatype)
    tensor.set_data_from_numpy(rows, **options)
    return [tensor]


def differing(result, columns):
    """Names of the outputs that are not exactly what went in."""
    wrong = []
    for name, values in columns.items():
        output = result.as_numpy(f"{name}_out")
        expected = values if values.dtype != object else np.vectorize(text_of)(values)
        got = output if output is None or output.dtype != object else np.vectorize(text_of)(output)
        if got is None or got.shape != expected.shape or not np.array_equal(got, expected):
            wrong.append(f"{name}: {expected.tolist()} came back as {None if got is None else got.tolist()}")
    return wrong


def text_of(value):
    return value.decode() if isinstance(value, bytes) else value


def refusal(ask):
    """Status and message of the error, or None."""
    try:
        ask()
    except InferenceServerException as error:
        return {"status": str(error.status()), "message": error.message()}
    return None
