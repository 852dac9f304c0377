#!/usr/bin/env bash
# Runs clients that were written for other servers against the real runtime.
#   test/contracts/clients/run.sh [python [python for MLflow]]   with requirements.txt installed, default python3
set -euo pipefail
cd "$(dirname "$0")"
python="${1:-python3}"

coproc server { exec npx tsx serve.ts; }
trap 'exec {server[1]}>&-; wait "$server_PID"' EXIT
read -r -t 120 port <&"${server[0]}"

"$python" check_kserve_v1.py "$port"
"${2:-$python}" check_mlflow.py "$port"
