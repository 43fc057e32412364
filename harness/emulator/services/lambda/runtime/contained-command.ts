/** The command line that starts a function in its containment, by bubblewrap or by `unshare` and `isolate.sh`. */
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { constants, release } from 'node:os';
import { join } from 'node:path';
import { hostMounts, mountOf, mountsBelow } from './host-mounts.ts';
import { EMPTY, type Mount, type RootView, RUNTIME_ROOT, TASK_ROOT } from './root-view.ts';
import { bootstrapFolder } from './runtimes.ts';

export interface Isolation {
  kind: 'bubblewrap' | 'namespaces';
  /** Path of bubblewrap. */
  program?: string;
  /** A user namespace of its own, in which it is root; without, the harness is root itself. */
  hasUserNamespace: boolean;
}

/** Where the programs that make a containment are looked for: not where a function's own PATH says. */
export const SYSTEM_PATH =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin';

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ContainedCommand {
  command: string;
  args: string[];
  /** How the function ended, from how the process that started it did. */
  exitOf(exit: ProcessExit): ProcessExit;
}

export interface ContainedCommandInput {
  isolation: Isolation;
  view: RootView;
  /** Folder with the mount points of the view. */
  skeleton: string;
  /** A file that may be written: the table of mounts. */
  tableFile: string;
  command: string;
  args: readonly string[];
  /** Paths of extensions, inside the view. */
  extensions: readonly string[];
}

/** Parts of /proc that belong to the machine: its root could change them without any capability. */
const PROC_OF_MACHINE = ['sys', 'irq', 'bus', 'fs', 'acpi', 'scsi', 'sysrq-trigger'].map(
  (name) => `/proc/${name}`,
);
/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Execution processes/threads". */
const MAX_PROCESSES = 1024;

/** The function's process in its containment. Writes the table of mounts. */
export function containedCommand(input: ContainedCommandInput): ContainedCommand {
  return input.isolation.kind === 'bubblewrap' ? byBubblewrap(input) : byUnshare(input);
}

/** Arguments of `enter.sh` before the command. */
function entering({ hasUserNamespace }: Isolation, extensions: readonly string[]): string[] {
  // Before Linux 5.14 the limit counts all processes of this user, not those of the namespace.
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const isCounted = hasUserNamespace && (major > 5 || (major === 5 && minor >= 14));
  return [isCounted ? String(MAX_PROCESSES) : '-', String(extensions.length), ...extensions];
}

/** A process begins when the harness, having taken note of it, says so on its standard input. */
const WAIT = 'read -r go || exit 1';

function byBubblewrap({ isolation, view, skeleton, command, args, extensions }: ContainedCommandInput) {
  const mounts = view.mounts.flatMap((mount): string[] => {
    if (mount.kind === 'tmpfs')
      return ['--perms', '1777', '--size', String(mount.sizeMB * 1024 * 1024), '--tmpfs', mount.to];
    return [mount.kind === 'device' ? '--dev-bind' : '--ro-bind', sourceOf(mount.from, skeleton), mount.to];
  });
  // bubblewrap covers them for some users only.
  const procOfMachine = PROC_OF_MACHINE.filter((path) => existsSync(path)).flatMap((path) => [
    '--ro-bind',
    path,
    path,
  ]);
  const program = isolation.program ?? 'bwrap';
  return {
    command: '/bin/sh',
    args: [
      ...['-c', `${WAIT}; exec "$@" </dev/null`, 'sh', program],
      ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--die-with-parent', '--cap-drop', 'ALL'],
      ...['--uid', '0', '--gid', '0'],
      ...['--ro-bind', skeleton, '/', '--proc', '/proc', ...procOfMachine, ...mounts, '--chdir', TASK_ROOT],
      ...['--', '/bin/sh', join(RUNTIME_ROOT, 'enter.sh'), ...entering(isolation, extensions)],
      command,
      ...args,
    ],
    exitOf({ code, signal }: ProcessExit): ProcessExit {
      // bubblewrap reports signals as shells do: a function that ends with such a code itself is taken for killed.
      const killedBy = code === null || code <= 128 ? undefined : SIGNALS.get(code - 128);
      return killedBy === undefined ? { code, signal } : { code: null, signal: killedBy };
    },
  };
}

const SIGNALS = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);

function byUnshare(input: ContainedCommandInput): ContainedCommand {
  const { isolation, view, skeleton, tableFile, command, args, extensions } = input;
  writeFileSync(tableFile, mountTable(view.mounts, skeleton));
  const flags = isolation.hasUserNamespace ? ['--user', '--map-root-user'] : [];
  return {
    command: 'unshare',
    args: [
      ...flags,
      ...['--mount', '--pid', '--ipc', '--', '/bin/sh', '-c', NAMESPACE_SCRIPT, 'sh'],
      ...[join(bootstrapFolder(), 'isolate.sh'), tableFile, skeleton],
      isolation.hasUserNamespace ? 'own-users' : '-',
      ...['/bin/sh', join(RUNTIME_ROOT, 'enter.sh'), ...entering(isolation, extensions)],
      command,
      ...args,
    ],
    exitOf: (exit) => exit,
  };
}

/**
 * Runs outside the new PID namespace; what it starts is inside. The first is its process 1: when that ends, the kernel
 * ends all others, whatever session they moved to. It ends when the harness closes its standard input or dies. The
 * second becomes the function. `timeout` without a limit waits for it and ends as it does, by the same signal.
 */
const NAMESPACE_SCRIPT = `${WAIT}
exec 4<&0 </dev/null
(trap '' CHLD; exec >/dev/null 2>&1 3>&-; read -r end <&4) &
exec 4<&-
exec timeout --foreground 0 /bin/sh "$@"`;

/** In the format of fstab(5). */
function mountTable(view: readonly Mount[], skeleton: string): string {
  const mounts = hostMounts();
  const inside = (path: string) => join(skeleton, path);
  const lines = [entry(skeleton, skeleton, 'none', ['bind', 'ro', ...flagsOf(skeleton)])];
  for (const mount of view) {
    const to = inside(mount.to);
    if (mount.kind === 'tmpfs') {
      lines.push(entry('tmpfs', to, 'tmpfs', [`size=${mount.sizeMB}m`, 'mode=1777', 'nosuid', 'nodev']));
      continue;
    }
    const from = sourceOf(mount.from, skeleton);
    const flags = flagsOf(from);
    if (mount.kind === 'device') lines.push(entry(from, to, 'none', ['bind', ...flags]));
    else {
      lines.push(entry(from, to, 'none', ['rbind', 'ro', 'nosuid', ...flags]));
      for (const below of mountsBelow(from, mounts)) {
        const path = to + below.path.slice(from.length);
        lines.push(entry(path, path, 'none', ['bind', 'ro', 'nosuid', ...below.flags]));
      }
    }
  }
  lines.push(entry('proc', inside('/proc'), 'proc', ['nosuid', 'nodev', 'noexec']));
  for (const path of PROC_OF_MACHINE)
    if (existsSync(path))
      lines.push(entry(inside(path), inside(path), 'none', ['bind', 'ro', 'nosuid', 'nodev', 'noexec']));
  return `${lines.join('\n')}\n`;

  function flagsOf(path: string): readonly string[] {
    return mountOf(realpathSync(path), mounts)?.flags ?? [];
  }
}

function entry(from: string, to: string, type: string, options: readonly string[]): string {
  return `${escaped(from)} ${escaped(to)} ${type} ${[...new Set(options)].join(',')} 0 0`;
}

const sourceOf = (path: string, skeleton: string): string => (path === EMPTY ? join(skeleton, EMPTY) : path);

const escaped = (path: string): string =>
  path.replace(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
