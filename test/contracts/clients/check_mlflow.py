"""MLflow's own client of its scoring server: data frames, arrays by name, errors."""

import sys

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
    for prediction, sample in zip(client.invoke(frame, params={"a": 1})["predictions"], cases, strict=True):
        close(prediction["value"], expected(sample))
    # As the documentation sends them; this client fails on arrays by name, and has no CSV.
    arrays = {name: [sample["inputs"][name][0] for sample in cases] for name in cases[0]["inputs"]}
    by_name = requests.post(f"http://127.0.0.1:{port}/invocations", json={"inputs": arrays})
    for prediction, sample in zip(by_name.json()["predictions"], cases, strict=True):
        close(prediction[0], expected(sample))
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
