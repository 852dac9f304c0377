"""Publishes to an MLflow tracking server what the suite looks up there.

    python publish.py <tracking uri> <package 1> <package 2>

Registers `credit-risk` with both packages as versions 1 and 2, one by the address of the artifacts and one by its run,
`champion` on the first, and `raw-onnx` with a model
that was logged with the ONNX flavor and a signature.
"""

import sys
from pathlib import Path

import mlflow
import onnx
from mlflow import MlflowClient
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema


def register_packages(client, packages):
    client.create_registered_model('credit-risk')
    for package, base in zip(packages, (lambda run: run.artifact_uri, lambda run: f'runs:/{run.run_id}')):
        with mlflow.start_run() as run:
            mlflow.log_artifacts(package, 'package')
        client.create_model_version('credit-risk', f'{base(run.info)}/package', run.info.run_id)
    client.set_registered_model_alias('credit-risk', 'champion', '1')


def register_graph(package):
    model = onnx.load(Path(package) / 'model.onnx')
    width = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    signature = ModelSignature(inputs=Schema([ColSpec('float', f'measurement {i}') for i in range(width)]))
    with mlflow.start_run():
        mlflow.onnx.log_model(
            model, name='raw', signature=signature, registered_model_name='raw-onnx', pip_requirements=[]
        )


def main(tracking_uri, *packages):
    mlflow.set_tracking_uri(tracking_uri)
    client = MlflowClient()
    register_packages(client, packages)
    register_graph(packages[0])


main(*sys.argv[1:])
