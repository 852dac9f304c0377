#!/usr/bin/env bash
# Registries of others, really running, against the real command: an MLflow tracking server, the reference OCI registry
# and DVC; and the whole way of a scikit-learn model from MLflow to its predictions.
#
#   check-registries.sh            installs what is missing, then runs
#   check-registries.sh install    installs alone, so that it can be done beside something else
#
# What is there already is taken from MLFLOW_PYTHON, OCI_REGISTRY and DVC; the rest is installed into .venv and out.
# What cannot be installed is skipped with a message, and fails the run where CI is set.
set -uo pipefail
cd "$(dirname "$0")/.."

requirements=test/registries/live
registry=github.com/distribution/distribution/v3/cmd/registry@v3.0.0
binaries=$PWD/out/check-registries

say() { printf 'registries: %s\n' "$*" >&2; }

# environment NAME: a Python environment of its own, since MLflow and DVC contradict each other; once installed it stays.
environment() {
  local wanted=$requirements/requirements-$1.txt folder=.venv/$1
  cmp -s "$wanted" "$folder/installed.txt" && return
  command -v python3 >/dev/null || { say "$1 needs Python 3.10 or later"; return 1; }
  say "installing $(head -1 "$wanted") into $folder"
  python3 -m venv "$folder" && "$folder/bin/pip" install -q --disable-pip-version-check -r "$wanted" >&2 &&
    cp "$wanted" "$folder/installed.txt" || { say "$1 could not be installed into $folder, see above"; return 1; }
}

oci_registry() {
  [ -x "$binaries/registry" ] && return
  command -v go >/dev/null || {
    say 'the OCI registry is built from its source: install Go 1.21 or later (https://go.dev/dl), or set OCI_REGISTRY'
    return 1
  }
  say "building $registry into out/check-registries"
  GOBIN=$binaries GOFLAGS=-buildvcs=false go install "$registry" >&2 || { say 'the OCI registry was not built'; return 1; }
}

status=0
if [ -z "${MLFLOW_PYTHON:-}" ]; then
  if environment mlflow; then MLFLOW_PYTHON=$PWD/.venv/mlflow/bin/python; else status=1; fi
fi
if [ -z "${DVC:-}" ]; then
  if environment dvc; then DVC=$PWD/.venv/dvc/bin/dvc; else status=1; fi
fi
if [ -z "${OCI_REGISTRY:-}" ]; then
  if oci_registry; then OCI_REGISTRY=$binaries/registry; else status=1; fi
fi
[ "${1:-}" = install ] && exit "$status"

# `npm ci` has built it in a clean clone.
[ -f runtime/dist/main.js ] || npm run --silent build || exit 1
export MLFLOW_PYTHON=${MLFLOW_PYTHON:-} DVC=${DVC:-} OCI_REGISTRY=${OCI_REGISTRY:-}
export TEST_RUNTIME=$PWD/runtime/dist/main.js MLFLOW_DISABLE_TELEMETRY=true DVC_NO_ANALYTICS=1
exec npx tsx test/registries/live/main.ts
