"""The model behind LitServe: its API server hands requests to worker processes, one session each."""

import os

import litserve

from onnx_model import INFER_PATH, MODEL_NAME, infer_json, open_session


class OnnxApi(litserve.LitAPI):
    def setup(self, device):
        self.session = open_session()

    def decode_request(self, request):
        return request['inputs']

    def predict(self, inputs):
        return infer_json(self.session, inputs)

    def encode_response(self, output):
        return {'model_name': MODEL_NAME, 'outputs': output}


if __name__ == '__main__':
    workers = int(os.environ['BENCH_WORKERS'])
    server = litserve.LitServer(OnnxApi(api_path=INFER_PATH), accelerator='cpu', workers_per_device=workers)
    server.run(
        host='127.0.0.1',
        port=int(os.environ['BENCH_PORT']),
        num_api_servers=workers,
        log_level='warning',
        access_log=False,
        generate_client_file=False,
    )
