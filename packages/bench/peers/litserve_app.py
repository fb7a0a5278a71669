"""Usage: litserve_app.py PORT BATCH, with BATCH the rows of a batch, or 1 for none."""
import sys

import litserve
import numpy as np
from onnx_session import open_session


class Mlp(litserve.LitAPI):
    def setup(self, device):
        self.session = open_session()

    def decode_request(self, request):
        tensor = request["inputs"][0]
        return np.array(tensor["data"], dtype=np.float32).reshape(tensor["shape"])

    def batch(self, inputs):
        return np.concatenate(inputs)

    def unbatch(self, output):
        return [output[row : row + 1] for row in range(len(output))]

    def predict(self, x):
        return self.session.run(None, {"x": x})[0]

    def encode_response(self, score):
        return {"model_name": "mlp", "outputs": [{"name": "score", "shape": list(score.shape), "datatype": "FP32", "data": score.tolist()}]}


if __name__ == "__main__":
    port, batch = int(sys.argv[1]), int(sys.argv[2])
    api = Mlp(max_batch_size=batch, batch_timeout=0.002) if batch > 1 else Mlp()
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=2, fast_queue=True)
    server.run(host="127.0.0.1", port=port, num_api_servers=2, log_level="warning", access_log=False, generate_client_file=False)
