"""zeep, which generates a client from the WSDL: both versions of SOAP, predictions, faults."""

import json
import sys
from pathlib import Path

import requests
from zeep import Client
from zeep.exceptions import Fault

MODELS = Path(__file__).parents[3] / "examples/models"


def samples(model):
    return [json.loads(line) for line in (MODELS / model / "samples.jsonl").read_text().splitlines()]


def diabetes(sample):
    inputs = sample["inputs"]
    plain = {name: inputs[name][0][0] for name in ["age", "sex", "bmi", "bp"]}
    return {**plain, **dict(zip(["s1", "s2", "s3", "s4", "s5", "s6"], inputs["serum"][0]))}


def predictions(base, model, rows):
    answer = requests.post(f"{base}/v2/models/{model}/predict", json={"rows": rows})
    answer.raise_for_status()
    return answer.json()["predictions"]


def regression(base):
    rows = [diabetes(sample) for sample in samples("diabetes/1")]
    wanted = [prediction["value"] for prediction in predictions(base, "diabetes", rows)]
    client = Client(f"{base}/legacy/soap?wsdl")
    for port in ["ScoreSoap", "ScoreSoap12"]:
        service = client.bind("ScoreService", port)
        # An answer with one part is that part: a list of predictions.
        assert [prediction.value for prediction in service.Score(patient=rows)] == wanted
        try:
            service.Score(patient=[rows[0], {**rows[1], "sex": "9"}])
            raise AssertionError("no fault")
        except Fault as fault:
            assert "patient 2" in fault.message and "sex" in fault.message, fault.message
            assert fault.code.endswith(("Client", "Sender")), fault.code
    return 2 * len(rows)


def classes(base):
    document = requests.get(f"{base}/v2/models/breast-cancer").json()
    columns = [column["name"] for column in document["inputs"][0]["columns"]]
    rows = [dict(zip(columns, sample["inputs"]["features"][0])) for sample in samples("breast-cancer/1")]
    wanted = predictions(base, "breast-cancer", rows)
    client = Client(f"{base}/legacy/tumours?wsdl")
    named = [{name.replace(" ", "_"): value for name, value in row.items()} for row in rows]
    for got, prediction in zip(client.service.Judge(sample=named), wanted, strict=True):
        assert (got.label, got.score, got.decision) == tuple(prediction[name] for name in ["label", "score", "decision"])
        assert {name: got.scores[name] for name in prediction["scores"]} == prediction["scores"]
    return len(rows)


base = f"http://127.0.0.1:{sys.argv[1]}"
count = regression(base) + classes(base)
print(f"zeep: {count} predictions bit by bit those of /v2, 2 faults")
