#!/usr/bin/env bash
# Deploys an endpoint with the real `cdk` against a simulated AWS account (moto), changes it, breaks it, removes it.
# MOTO_PYTHON names a Python with test/deploy-aws/requirements.txt; without it, .venv/moto is made.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${MOTO_PYTHON:-}" ] && ! .venv/moto/bin/python -c 'import moto.server' 2>/dev/null; then
  python3 -m venv .venv/moto
  .venv/moto/bin/pip install -q -r test/deploy-aws/requirements.txt
fi
exec node node_modules/tsx/dist/cli.mjs test/deploy-aws/main.ts
