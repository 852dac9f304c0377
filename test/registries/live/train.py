"""Trains a scikit-learn model and registers it with an MLflow tracking server as data scientists do: ONNX flavor.

    python train.py <tracking uri> <registered name> <directory>

The directory gets held-out.csv and training.csv (columns and rows) and expected.json: what scikit-learn itself says of
the held-out rows. Everything is fixed, the split included; the data come with scikit-learn.
"""

import json
import sys
from pathlib import Path

import mlflow
import numpy as np
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main(tracking_uri, name, directory):
    table = load_breast_cancer(as_frame=True)
    # The graph takes 32-bit floats; scikit-learn is asked about the very same numbers.
    columns = table.data.astype(np.float32)
    training, held_out, labels, _ = train_test_split(columns, table.target, test_size=0.25, random_state=7)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(training, labels)

    graph = to_onnx(model, training.to_numpy()[:1], options={'zipmap': False})
    mlflow.set_tracking_uri(tracking_uri)
    with mlflow.start_run():
        signature = infer_signature(held_out, model.predict_proba(held_out))
        mlflow.onnx.log_model(
            graph, name='model', signature=signature, registered_model_name=name, pip_requirements=[]
        )

    folder = Path(directory)
    held_out.to_csv(folder / 'held-out.csv', index=False)
    training.to_csv(folder / 'training.csv', index=False)
    expected = {
        'rows': held_out.to_numpy().tolist(),
        'labels': model.predict(held_out).tolist(),
        'probabilities': model.predict_proba(held_out).tolist(),
    }
    (folder / 'expected.json').write_text(json.dumps(expected))


main(*sys.argv[1:])
