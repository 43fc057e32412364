#!/bin/sh
# Waits until the harness has taken note of this process (and ends if the harness is gone before), then
# gives a function a /tmp of its own, of the size it may use, in a private mount namespace; then becomes the
# function's process. Everything mounted here disappears with that process.
# Arguments: size of /tmp in MB, mount root, task folder, bootstrap folder, where layers go, layer folder (or -),
# command ...
set -e
read -r go || exit 1
size=$1 root=$2 task=$3 runtime=$4 opt=$5 layers=$6
shift 6
mount -t tmpfs -o mode=0755,size=64k tmpfs "$root"
mkdir "$root/task" "$root/runtime" "$root/opt"
mount --bind "$task" "$root/task"
mount -o remount,bind,ro "$root/task"
mount --bind "$runtime" "$root/runtime"
[ "$layers" = - ] || mount --bind "$layers" "$opt"
mount -t tmpfs -o "mode=1777,size=${size}m" tmpfs /tmp
cd "$root/task"
# Tells the harness that the function's own init begins now.
unset OLDPWD
printf . >&3
exec "$@" </dev/null
