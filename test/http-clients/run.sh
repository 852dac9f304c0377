#!/usr/bin/env bash
# Runs the public Python clients of the protocol against the real runtime, over HTTP.
#   test/http-clients/run.sh [python]      python with requirements.txt installed, default python3
set -euo pipefail
cd "$(dirname "$0")"
python="${1:-python3}"

coproc server { exec npx tsx serve.ts; }
trap 'exec {server[1]}>&-; wait "$server_PID"' EXIT
read -r -t 120 port <&"${server[0]}"

export PYTHONPATH="../grpc/clients"
"$python" check_triton.py "$port"
"$python" check_triton_aio.py "$port"
"$python" check_kserve.py "$port"
