#!/usr/bin/env bash
# Registries of others against the real command: an MLflow tracking server, the reference OCI registry and DVC.
# What is there already is taken from MLFLOW_PYTHON, OCI_REGISTRY and DVC; the rest is installed into .venv and out.
# What cannot be installed is skipped with a message, and fails the run where CI is set.
set -uo pipefail
cd "$(dirname "$0")/.."

requirements=test/registries/live
registry=github.com/distribution/distribution/v3/cmd/registry@v3.0.0

# environment NAME REQUIREMENTS: a Python environment of its own, since MLflow and DVC contradict each other.
environment() {
  [ -x ".venv/$1/bin/pip" ] || python3 -m venv ".venv/$1" || return 1
  ".venv/$1/bin/pip" install -q -r "$2" >&2
}

if [ -z "${MLFLOW_PYTHON:-}" ] && environment mlflow "$requirements/requirements-mlflow.txt"; then
  MLFLOW_PYTHON=$PWD/.venv/mlflow/bin/python
fi
if [ -z "${DVC:-}" ] && environment dvc "$requirements/requirements-dvc.txt"; then
  DVC=$PWD/.venv/dvc/bin/dvc
fi
if [ -z "${OCI_REGISTRY:-}" ] && command -v go >/dev/null; then
  GOBIN="$PWD/out/check-registries" GOFLAGS=-buildvcs=false go install "$registry" &&
    OCI_REGISTRY=$PWD/out/check-registries/registry
fi
export MLFLOW_PYTHON=${MLFLOW_PYTHON:-} DVC=${DVC:-} OCI_REGISTRY=${OCI_REGISTRY:-}
exec npx tsx test/registries/live/main.ts
