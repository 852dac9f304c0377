#!/usr/bin/env bash
# Builds the image of the runtime with a real builder and runs it with a real container runtime. No registry of images is
# needed: the base is made here, from Debian packages and the Node of this machine. Installs its Debian packages.
set -eu
cd "$(dirname "$0")/.."
# Containers and a base system need root.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo --non-interactive env "PATH=$PATH")

packages=()
for tool in buildah podman runc debootstrap; do
  command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] || packages+=("$tool")
done
if [ "${#packages[@]}" -gt 0 ]; then
  # Without the last two debootstrap cannot check signatures.
  packages+=(gpgv debian-archive-keyring)
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The check of the image needs the Debian packages ${packages[*]}, and apt-get could not install them (above)." >&2
    echo "0 passed, 1 failed"
    exit 1
  fi
  rm "$log"
fi
# What is checked is what was built: not something older.
if [ ! -f runtime/dist/main.js ] || [ -n "$(find runtime/src -newer runtime/dist/main.js -print -quit)" ]; then
  npm run build --silent
fi
exec "${as_root[@]}" node --import tsx test/container/check-container.ts
