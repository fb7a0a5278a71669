"""What people write first: FastAPI in front of ONNX Runtime. `/raw` is the fastest honest form, `/typed` the one of the tutorials."""
import numpy as np
import orjson
from fastapi import FastAPI, Request, Response
from onnx_session import open_session
from pydantic import BaseModel

session = open_session()
app = FastAPI()


class Tensor(BaseModel):
    name: str
    shape: list[int]
    datatype: str
    data: list[float]


class InferRequest(BaseModel):
    inputs: list[Tensor]


class InferResponse(BaseModel):
    model_name: str
    outputs: list[Tensor]


@app.post("/raw")
async def raw(request: Request):
    tensor = orjson.loads(await request.body())["inputs"][0]
    x = np.array(tensor["data"], dtype=np.float32).reshape(tensor["shape"])
    score = session.run(None, {"x": x})[0]
    output = {"name": "score", "shape": score.shape, "datatype": "FP32", "data": score}
    body = orjson.dumps({"model_name": "mlp", "outputs": [output]}, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, media_type="application/json")


@app.post("/typed")
async def typed(request: InferRequest) -> InferResponse:
    tensor = request.inputs[0]
    x = np.array(tensor.data, dtype=np.float32).reshape(tensor.shape)
    score = session.run(None, {"x": x})[0]
    return InferResponse(model_name="mlp", outputs=[Tensor(name="score", shape=list(score.shape), datatype="FP32", data=score.tolist())])
