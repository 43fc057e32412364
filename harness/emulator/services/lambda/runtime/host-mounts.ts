/**
 * Mounts of this machine, as far as binding their folders elsewhere needs them: in a user namespace a flag that a mount
 * has (`nodev`, say) must be given again, and a read-only bind leaves the mounts below it as they are.
 */
import { readFileSync } from 'node:fs';

export interface HostMount {
  path: string;
  /** Flags that must not be lost: `nosuid`, `nodev`, `noexec`, and those of access times. */
  flags: readonly string[];
}

const KEPT = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime']);

/** Source of the format: proc_pid_mountinfo(5). */
export function parseMountInfo(text: string): HostMount[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, , , , path = '', options = ''] = line.split(' ');
      const unescaped = path.replace(/\\(\d{3})/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      );
      return { path: unescaped, flags: options.split(',').filter((flag) => KEPT.has(flag)) };
    });
}

export function hostMounts(): HostMount[] {
  return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));
}

/** The mount on which a path lies. */
export function mountOf(path: string, mounts: readonly HostMount[]): HostMount | undefined {
  let best: HostMount | undefined;
  for (const mount of mounts)
    if (isAtOrBelow(path, mount.path) && mount.path.length >= (best?.path.length ?? 0)) best = mount;
  return best;
}

/** Mounts below a folder. */
export function mountsBelow(folder: string, mounts: readonly HostMount[]): HostMount[] {
  return mounts.filter(({ path }) => path !== folder && isAtOrBelow(path, folder));
}

const isAtOrBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
