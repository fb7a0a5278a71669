from typing import Annotated

import bentoml
import numpy as np
from bentoml.validators import DType
from onnx_session import open_session

Rows = Annotated[np.ndarray, DType("float32")]


@bentoml.service(name="mlp", workers=2, logging={"access": {"enabled": False}})
class Mlp:
    def __init__(self):
        self.session = open_session()

    @bentoml.api(batchable=True, max_batch_size=64, max_latency_ms=100)
    def batched(self, x: Rows) -> Rows:
        return self.session.run(None, {"x": x})[0]

    @bentoml.api
    async def single(self, x: Rows) -> Rows:
        return self.session.run(None, {"x": x})[0]
