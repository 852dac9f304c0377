#!/bin/sh
# Runs a command as a container would: process 1 of its own process and mount namespaces, the image's files at their
# place on a read-only root, a writable /tmp in memory, and the user of the image with no privilege.
#   sandbox.sh ROOT UID GID WORKDIR COMMAND...      (as root; the environment is passed on)
set -eu
if [ "${1}" != --inside ]; then exec unshare --mount --pid --fork --kill-child "$0" --inside "$@"; fi
shift
files=$1 uid=$2 gid=$3 workdir=$4
shift 4
root=$(mktemp -d "$files.XXXXXX")
mount --make-rprivate /
mount -t tmpfs -o size=1m tmpfs "$root"
mkdir "$root/tmp" "$root/proc" "$root/dev" "$root/usr" "$root/etc"
for link in bin lib lib64 sbin; do
  if [ -L "/$link" ]; then cp -P "/$link" "$root/$link"; elif [ -d "/$link" ]; then mkdir "$root/$link"; mount --bind "/$link" "$root/$link"; fi
done
for folder in usr etc; do mount --bind "/$folder" "$root/$folder"; mount -o remount,bind,ro "$root/$folder"; done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
for entry in "$files"/*; do
  mkdir "$root/${entry##*/}"
  mount --bind "$entry" "$root/${entry##*/}"
  mount -o remount,bind,ro "$root/${entry##*/}"
done
# Node may live outside /usr.
mkdir "$root/node"
touch "$root/node/node"
mount --bind "$(readlink -f "$(command -v node)")" "$root/node/node"
mount -t tmpfs -o size=64m,mode=1777 tmpfs "$root/tmp"
mount -o remount,ro "$root"
# A write that succeeds here would succeed in production as well: then the root is not read-only.
if touch "$root/written" 2>/dev/null || touch "$root$workdir/written" 2>/dev/null; then
  echo 'the root of the sandbox can be written' >&2
  exit 70
fi
chroot=$(command -v chroot)
export PATH="/node:/usr/bin:/bin"
exec "$chroot" "$root" /usr/bin/setpriv --reuid="$uid" --regid="$gid" --clear-groups --no-new-privs \
  --bounding-set=-all --inh-caps=-all /bin/sh -c 'cd "$0" && exec "$@"' "$workdir" "$@"
