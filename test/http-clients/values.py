"""Values of every dtype for the echo models, at the ends of what it holds."""

import numpy as np

VALUES = {
    "BOOL": np.array([[True, False], [False, True]]),
    "UINT8": np.array([[0, 255], [1, 2]], np.uint8),
    "UINT16": np.array([[0, 65535], [1, 2]], np.uint16),
    "UINT32": np.array([[0, 2**32 - 1], [1, 2]], np.uint32),
    "UINT64": np.array([[0, 2**64 - 1], [2**53 + 1, 2]], np.uint64),
    "INT8": np.array([[-128, 127], [1, 2]], np.int8),
    "INT16": np.array([[-(2**15), 2**15 - 1], [1, 2]], np.int16),
    "INT32": np.array([[-(2**31), 2**31 - 1], [1, 2]], np.int32),
    "INT64": np.array([[-(2**63), 2**63 - 1], [2**53 + 1, 2]], np.int64),
    "FP16": np.array([[0.1, -65504], [6e-8, 2]], np.float16),
    "FP32": np.array([[0.1, -3.4e38], [1e-45, 1 / 3]], np.float32),
    "FP64": np.array([[0.1, -1e300], [5e-324, 1 / 3]], np.float64),
    "BYTES": np.array([["", 'ä "q"\n'.encode()], ["\U0001f600".encode(), b"x" * 1000]], np.object_),
}
VALUES["BYTES"][0, 0] = b""


def same(dtype: str, got: np.ndarray, wanted: np.ndarray) -> None:
    if dtype == "BYTES":
        # JSON has text where raw bytes have bytes.
        got = np.array([x.encode() if isinstance(x, str) else x for x in got.flat], np.object_).reshape(got.shape)
    assert got.shape == wanted.shape and got.dtype == wanted.dtype, (got, wanted)
    np.testing.assert_array_equal(got, wanted)
