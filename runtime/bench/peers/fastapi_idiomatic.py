"""FastAPI as its documentation teaches it: typed bodies both ways, one session, an async handler."""

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel

from onnx_model import DATATYPES, INFER_PATH, MODEL_NAME, NUMPY_DTYPES, open_session


class Tensor(BaseModel):
    name: str
    shape: list[int]
    datatype: str
    data: list[float] | list[int]


class InferRequest(BaseModel):
    id: str | None = None
    inputs: list[Tensor]


class InferResponse(BaseModel):
    model_name: str
    outputs: list[Tensor]


app = FastAPI()
session = open_session()


@app.post(INFER_PATH)
async def infer(request: InferRequest) -> InferResponse:
    feeds = {
        tensor.name: np.array(tensor.data, dtype=NUMPY_DTYPES[tensor.datatype]).reshape(tensor.shape)
        for tensor in request.inputs
    }
    outputs = [
        Tensor(name=meta.name, shape=array.shape, datatype=DATATYPES[array.dtype], data=array.ravel().tolist())
        for meta, array in zip(session.get_outputs(), session.run(None, feeds), strict=True)
    ]
    return InferResponse(model_name=MODEL_NAME, outputs=outputs)
