"""MLflow's own client of its scoring server: data frames, arrays by name, errors."""

import sys

import numpy as np
import pandas as pd
import requests
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

from diabetes import close, expected, row, samples


def main():
    port = sys.argv[1]
    client = ScoringServerClient("127.0.0.1", port)
    client.ping()
    assert client.get_version() != ""
    cases = samples()
    frame = pd.DataFrame([row(sample) for sample in cases])
    for prediction, sample in zip(client.invoke(frame, params={"a": 1}).predictions, cases, strict=True):
        close(prediction["value"], expected(sample))
    dtypes = {"age": np.int64, "sex": np.str_}
    arrays = {
        name: np.array([sample["inputs"][name][0] for sample in cases], dtype=dtypes.get(name, np.float32))
        for name in cases[0]["inputs"]
    }
    for prediction, sample in zip(client.invoke(arrays).predictions, cases, strict=True):
        close(prediction[0], expected(sample))
    # As the documentation sends CSV, which this client does not.
    csv = requests.post(
        f"http://127.0.0.1:{port}/invocations",
        data=frame.to_csv(index=False),
        headers={"Content-Type": "text/csv"},
    )
    for prediction, sample in zip(csv.json()["predictions"], cases, strict=True):
        close(prediction["value"], expected(sample))
    try:
        client.invoke(frame.drop(columns=["age"]))
        raise AssertionError("no error")
    except Exception as error:
        assert "error code 400" in str(error) and "INPUT_MISSING" in str(error), error
    print(f"mlflow: {3 * len(cases)} predictions, 1 error")


main()
