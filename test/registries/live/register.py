"""Registers a package with an MLflow tracking server and makes it the champion.

    python register.py <tracking uri> <registered name> <package>
"""

import sys

import mlflow
from mlflow import MlflowClient


def main(tracking_uri, name, package):
    mlflow.set_tracking_uri(tracking_uri)
    client = MlflowClient()
    with mlflow.start_run() as run:
        mlflow.log_artifacts(package, 'package')
    client.create_registered_model(name)
    version = client.create_model_version(name, f'{run.info.artifact_uri}/package', run.info.run_id)
    client.set_registered_model_alias(name, 'champion', version.version)


main(*sys.argv[1:])
