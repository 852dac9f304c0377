#!/usr/bin/env bash
# The image of the runtime without a container engine: runs its build steps, then starts the result read-only, as the
# user of the image and as process 1. Installs from the registry, so it is slower than the tests.
set -eu
cd "$(dirname "$0")/.."
# What is checked is what was built: not something older.
if [ ! -f runtime/dist/main.js ] || [ -n "$(find runtime/src -newer runtime/dist/main.js -print -quit)" ]; then
  npm run build --silent
fi
# Namespaces and another user need root.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo --non-interactive env "PATH=$PATH")
exec "${as_root[@]}" node --import tsx test/container/check-container.ts
