#!/usr/bin/env bash
# Runs the public Python clients of the protocol against a real server.
#   test/grpc/clients/run.sh [python]      python with requirements.txt installed, default python3
set -euo pipefail
cd "$(dirname "$0")"
python="${1:-python3}"

coproc server { exec npx tsx serve.ts; }
trap 'exec {server[1]}>&-; wait "$server_PID"' EXIT
read -r -t 60 port <&"${server[0]}"

# Two processes: both clients register the same message names.
"$python" check_triton.py "$port"
"$python" check_kserve.py "$port"
"$python" check_standard.py "$port"
