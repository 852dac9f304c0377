"""FastAPI with everything on the way of a request taken out: the raw body, orjson, a session called directly.

Takes JSON and the binary tensors of the Open Inference Protocol. BENCH_THREADS=0 runs the model on the event loop,
which answers most requests; n > 0 runs it on n threads, which keeps the loop free while a heavy model computes.
"""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import orjson
from fastapi import FastAPI, Request, Response

from onnx_model import DATATYPES, INFER_PATH, MODEL_NAME, NUMPY_DTYPES, open_session

HEADER_LENGTH = 'inference-header-content-length'
THREADS = int(os.environ['BENCH_THREADS'])

app = FastAPI()
session = open_session()
output_names = [output.name for output in session.get_outputs()]
executor = ThreadPoolExecutor(THREADS) if THREADS > 0 else None


@app.post(INFER_PATH)
async def infer(request: Request) -> Response:
    body = await request.body()
    header_length = request.headers.get(HEADER_LENGTH)
    if header_length is None:
        outputs = await run(read_json(body))
        return Response(write_json(outputs), media_type='application/json')
    outputs = await run(read_binary(body, int(header_length)))
    header, data = write_binary(outputs)
    headers = {HEADER_LENGTH: str(len(header))}
    return Response(header + data, media_type='application/octet-stream', headers=headers)


async def run(feeds):
    if executor is None:
        return session.run(output_names, feeds)
    return await asyncio.get_running_loop().run_in_executor(executor, session.run, output_names, feeds)


def read_json(body):
    return {
        tensor['name']: np.array(tensor['data'], dtype=NUMPY_DTYPES[tensor['datatype']]).reshape(tensor['shape'])
        for tensor in orjson.loads(body)['inputs']
    }


def write_json(outputs):
    response = {'model_name': MODEL_NAME, 'outputs': list(map(described, output_names, outputs))}
    return orjson.dumps(response, option=orjson.OPT_SERIALIZE_NUMPY)


def described(name, array):
    return {'name': name, 'datatype': DATATYPES[array.dtype], 'shape': array.shape, 'data': array.ravel()}


def read_binary(body, offset):
    feeds = {}
    for tensor in orjson.loads(body[:offset])['inputs']:
        size = tensor['parameters']['binary_data_size']
        dtype = NUMPY_DTYPES[tensor['datatype']]
        count = size // np.dtype(dtype).itemsize
        feeds[tensor['name']] = np.frombuffer(body, dtype, count, offset).reshape(tensor['shape'])
        offset += size
    return feeds


def write_binary(outputs):
    tensors = [
        {
            'name': name,
            'datatype': DATATYPES[array.dtype],
            'shape': array.shape,
            'parameters': {'binary_data_size': array.nbytes},
        }
        for name, array in zip(output_names, outputs, strict=True)
    ]
    header = orjson.dumps({'model_name': MODEL_NAME, 'outputs': tensors})
    return header, b''.join(array.tobytes() for array in outputs)
