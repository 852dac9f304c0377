"""The model as a BentoML service. `inputs` is the member of the request body, so the same bytes are accepted."""

import os
from typing import Any

import bentoml

from onnx_model import INFER_PATH, MODEL_NAME, infer_json, open_session


@bentoml.service(
    workers=int(os.environ['BENCH_WORKERS']),
    logging={'access': {'enabled': False}},
    metrics={'enabled': False},
)
class Service:
    def __init__(self) -> None:
        self.session = open_session()

    @bentoml.api(route=INFER_PATH)
    async def infer(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        return {'model_name': MODEL_NAME, 'outputs': infer_json(self.session, inputs)}
