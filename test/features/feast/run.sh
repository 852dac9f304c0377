#!/usr/bin/env bash
# Joins features from the real feature server of Feast, over its own sqlite online store.
#   test/features/feast/run.sh <venv>      a virtual environment with requirements.txt installed
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
venv="$(cd "$1" && pwd)"
repository="$(mktemp -d)"
port="$(node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')"

cp "$here/feature_store.yaml" "$repository"
cd "$repository"
"$venv/bin/python" "$here/prepare.py"
"$venv/bin/feast" serve --host 127.0.0.1 --port "$port" --no-access-log > server.log 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$repository"' EXIT

cd "$here"
npx tsx check.ts "http://127.0.0.1:$port" || { tail -40 "$repository/server.log"; exit 1; }
