#!/bin/sh
# Waits until the harness has taken note of this process (and ends if the harness is gone before), then
# gives a function a /tmp of its own, of the size it may use, in a private mount namespace; then becomes the
# function's process. Everything mounted here disappears with that process.
# Arguments: size of /tmp in MB, mount root, home of task and runtime (/var, laid over; or the mount root), task
# folder, bootstrap folder, where layers go, layer folder (or -), folder of modules that /tmp would cover (or -), number
# of extensions, extensions ..., command ...
set -e
read -r go || exit 1
size=$1 root=$2 home=$3 task=$4 runtime=$5 opt=$6 layers=$7 modules=$8
shift 8
mount -t tmpfs -o mode=0755,size=64k tmpfs "$root"
if [ "$home" = "$root" ]; then
  mkdir -p "$root/task" "$root/runtime" "$root/opt" "$root/modules/node_modules"
else
  mkdir -p "$root$home/task" "$root$home/runtime" "$root/opt" "$root$home/modules/node_modules"
  mount -t overlay overlay -o "lowerdir=$root$home:$home" "$home"
fi
mount --bind "$task" "$home/task"
mount -o remount,bind,ro "$home/task"
mount --bind "$runtime" "$home/runtime"
[ "$modules" = - ] || mount --bind "$modules" "$home/modules/node_modules"
if [ "$layers" != - ]; then
  # What the machine has in the folder stays visible beneath the layers.
  if [ "$home" != "$root" ]; then mount -t overlay overlay -o "lowerdir=$layers:$opt" "$opt"
  else mount --bind "$layers" "$opt"; fi
fi
mount -t tmpfs -o "mode=1777,size=${size}m" tmpfs /tmp
cd "$home/task"
# Tells the harness that the function's own init begins now.
unset OLDPWD
ulimit -n 1024
printf . >&3
count=$1
shift
while [ "$count" -gt 0 ]; do
  "$1" </dev/null 3>&- &
  shift
  count=$((count - 1))
done
exec "$@" </dev/null
