#!/bin/sh
# Runs a command in a root of its own, as debian-root.mjs makes them. Started inside namespaces for mounts,
# processes and names, so that all of it ends with the command:
#
#     inside-debian-root.sh ROOT FOLDER COMMAND…     FOLDER, in the root, is where it starts
#
# By pivot_root, not chroot: whoever is in a chroot may not make user namespaces.
set -eu
root=$1
folder=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mkdir -p proc sys dev host
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs run run
# Where a newcomer would have put it.
[ -z "${FRESH_GO:-}" ] || { mount --bind "$FRESH_GO" usr/local/go; mount -o remount,bind,ro usr/local/go; }
unset FRESH_GO
pivot_root . host
umount -l /host
hostname fresh
cd "$folder"
# Stays, as the first of these processes: who else would wait for those whose parents have gone?
status=0
"$@" || status=$?
exit $status
