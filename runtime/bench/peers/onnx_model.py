"""The model every Python peer serves: one ONNX Runtime session on one intra-op thread.

BENCH_MODEL_FILE and BENCH_MODEL_NAME come from the harness.
"""

import os

import numpy as np
import onnxruntime

NUMPY_DTYPES = {'FP32': np.float32, 'INT64': np.int64}
DATATYPES = {np.dtype(dtype): name for name, dtype in NUMPY_DTYPES.items()}
MODEL_FILE = os.environ['BENCH_MODEL_FILE']
MODEL_NAME = os.environ['BENCH_MODEL_NAME']
INFER_PATH = f'/v2/models/{MODEL_NAME}/infer'


def open_session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(MODEL_FILE, options, providers=['CPUExecutionProvider'])


def infer_json(session, inputs):
    """Open Inference Protocol JSON tensors in, JSON tensors out."""
    feeds = {
        tensor['name']: np.array(tensor['data'], dtype=NUMPY_DTYPES[tensor['datatype']]).reshape(tensor['shape'])
        for tensor in inputs
    }
    return [
        {'name': meta.name, 'datatype': DATATYPES[array.dtype], 'shape': array.shape, 'data': array.ravel().tolist()}
        for meta, array in zip(session.get_outputs(), session.run(None, feeds), strict=True)
    ]
