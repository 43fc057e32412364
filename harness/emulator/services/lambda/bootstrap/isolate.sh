#!/bin/sh
# Runs as a process of new user, mount, PID and IPC namespaces: makes the function's root of mounts over a skeleton,
# leaves this machine's root behind, gives up every privilege and becomes the command. Everything mounted here
# disappears with its namespace.
# Arguments: table of mounts (fstab), skeleton, "own-users" or "-", command ...
set -e
table=$1 root=$2 users=$3
shift 3
# No namespaces within: in one of its own a function would be privileged again.
[ "$users" != own-users ] || echo 0 >/proc/sys/user/max_user_namespaces
mount -a -T "$table"
cd "$root"
pivot_root . .old
cd /var/task
umount -l /.old
exec setpriv --bounding-set -all --inh-caps -all --no-new-privs -- "$@" </dev/null
