#!/bin/sh
# Starts a function's extensions and becomes its runtime, in the view that has been made for it.
# Arguments: greatest number of processes (or -), number of extensions, extensions ..., command ...
# Tells the harness that the preparation is over and the function's own init begins.
printf . >&3
# Not set before: variables such as LD_PRELOAD would reach programs outside of the view.
eval "$FUNCTION_ENVIRONMENT"
unset FUNCTION_ENVIRONMENT OLDPWD
ulimit -n 1024
# POSIX has no name for it: -u in bash, -p in dash.
[ "$1" = - ] || ulimit -u "$1" 2>/dev/null || ulimit -p "$1" 2>/dev/null
count=$2
shift 2
while [ "$count" -gt 0 ]; do
  "$1" </dev/null 3>&- &
  shift
  count=$((count - 1))
done
exec "$@" </dev/null
