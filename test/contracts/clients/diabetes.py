"""Golden samples of the example, as rows."""

import json
from pathlib import Path

FILE = Path(__file__).parents[3] / "examples/models/diabetes/1/samples.jsonl"
SERUM = ["s1", "s2", "s3", "s4", "s5", "s6"]


def samples():
    return [json.loads(line) for line in FILE.read_text().splitlines()]


def row(sample):
    inputs = sample["inputs"]
    plain = {name: inputs[name][0][0] for name in ["age", "sex", "bmi", "bp"]}
    return {**plain, **dict(zip(SERUM, inputs["serum"][0]))}


def named(sample):
    return {name: value[0] for name, value in sample["inputs"].items()}


def expected(sample):
    return sample["outputs"]["progression"][0][0]


def close(got, wanted):
    assert abs(got - wanted) <= 1e-3 * abs(wanted) + 1e-4, (got, wanted)
