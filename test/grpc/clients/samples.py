"""Golden samples of the example models as numpy arrays."""

import json
import pathlib

import numpy as np

MODELS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "models"

DTYPES = {
    "features": "FP32",
    "image": "FP32",
    "age": "INT64",
    "sex": "BYTES",
    "bmi": "FP32",
    "bp": "FP32",
    "serum": "FP32",
}
NUMPY = {"FP32": np.float32, "INT64": np.int64, "BYTES": np.object_}


def samples(model: str, version: str):
    for line in (MODELS / model / version / "samples.jsonl").read_text().splitlines():
        sample = json.loads(line)
        inputs = {name: array(name, values) for name, values in sample["inputs"].items()}
        outputs = {name: np.asarray(values, np.float32) for name, values in sample["outputs"].items()}
        yield inputs, outputs


def array(name: str, values) -> np.ndarray:
    dtype = DTYPES[name]
    if dtype == "BYTES":
        return np.array([[text.encode() for text in row] for row in values], NUMPY[dtype])
    return np.asarray(values, NUMPY[dtype])
