#!/usr/bin/env bash
# Runs a SOAP client that knows nothing but the WSDL against the real runtime.
#   test/adapters/clients/run.sh [python]   with requirements.txt installed, default python3
set -euo pipefail
cd "$(dirname "$0")"
python="${1:-python3}"

coproc server { exec npx tsx serve.ts; }
trap 'exec {server[1]}>&-; wait "$server_PID"' EXIT
read -r -t 120 port <&"${server[0]}"

"$python" check_zeep.py "$port"
