/**
 * A `/tmp` of its own for every function: a private mount namespace, where this machine allows one (root, or user
 * namespaces). Its size is the function's EphemeralStorage. Elsewhere a function shares the machine's `/tmp` and
 * TMPDIR points to a folder of its own.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';

export interface Isolation {
  /** Arguments of `unshare`. */
  flags: string[];
  /** An empty folder of the host over which the function's own tree is mounted. */
  mountRoot: string;
  /** Where layers appear: `/opt` as on AWS, if that is free or can be laid over. */
  layerRoot: string;
  /** The package can appear in `/var/task`, as on AWS: the kernel lays folders over one another. */
  overlays: boolean;
}

/** Folders that every Linux has and hardly anybody uses. */
const MOUNT_ROOTS = ['/srv', '/media', '/mnt'];

/** What this machine allows; `undefined` when it allows nothing. Tried out once per emulator. */
export async function probeIsolation(): Promise<Isolation | undefined> {
  // The interpreter must stay visible when /tmp is covered.
  if (process.platform !== 'linux' || process.execPath.startsWith('/tmp/')) return undefined;
  const mountRoot = MOUNT_ROOTS.find(isEmptyFolder);
  if (mountRoot === undefined) return undefined;
  for (const flags of [['--mount'], ['--map-root-user', '--mount']]) {
    const trial = `mount -t tmpfs tmpfs ${mountRoot} && mount -t tmpfs tmpfs /tmp`;
    if (await succeeds('unshare', [...flags, 'sh', '-c', trial])) {
      const lay = `mkdir ${mountRoot}/var && mount -t overlay overlay -o lowerdir=${mountRoot}/var:/var /var`;
      const overlays = await succeeds('unshare', [...flags, 'sh', '-c', `${trial} && ${lay}`]);
      const layerRoot = overlays || isEmptyFolder('/opt') ? '/opt' : `${mountRoot}/opt`;
      return { flags, mountRoot, layerRoot, overlays };
    }
  }
  return undefined;
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

function succeeds(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 5_000 }, (error) => resolve(error === null));
  });
}
