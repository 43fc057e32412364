/**
 * Control groups of functions, where this machine lets us make them (version 1, or a delegated version 2): the
 * kernel's own limits of memory and CPU, for a process and all it starts.
 *
 * Memory is capped at what the function may hold plus what its `/tmp` may, for `/tmp` is memory here (and disk on
 * AWS): that is the backstop of the sampling in `process-watch.ts`, which knows the two apart. CPU is capped only
 * when shares are asked for.
 *
 * Invariant: a group is removed when its process has ended; those of a harness that was killed go at the next start.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { wallClock } from '../../../../core/clock.ts';

const PREFIX = 'cosmicai-';
const MB = 1024 * 1024;
/** The kernel gives and takes CPU in periods of this length, as Docker has it. */
const PERIOD_US = 100_000;
/** Below this a quota is refused. */
const MIN_QUOTA_US = 1_000;
const PROBE_MB = 1024;
/** Processes and threads; AWS's limit with room for what starts and waits for them. */
const MAX_PROCESSES = 1024 + 8;
/** The kernel ends a PID namespace after the process that was waited for. */
const REMOVE_TRIES = 20;
const REMOVE_PAUSE_MS = 10;

/** Folders in which groups can be made: two hierarchies in version 1, one in version 2. */
interface Hierarchies {
  version: 1 | 2;
  memory: string;
  cpu: string;
  /** Absent where processes cannot be counted. */
  pids?: string;
}

/** The groups of one process. Nothing here throws: a limit that cannot be set is not there. */
export interface ControlGroup {
  /** The process may be running already: what it holds by then is not counted. */
  add(pid: number): Promise<void>;
  /** CPUs, fractions allowed. */
  limitCpu(cpus: number): Promise<void>;
  /** True when the kernel killed something here for want of memory. */
  ranOutOfMemory(): boolean;
  /** Call it when the processes have ended. */
  remove(): Promise<void>;
}

/** Emulators of one process share the hierarchy. */
let sequence = 0;

/**
 * All work is off the main thread: the kernel takes its time (tens of milliseconds to take a process in, more to
 * remove a group whose pages are still about).
 */
export class ControlGroups {
  readonly #clock = wallClock({ unref: true });
  #probe: Promise<Hierarchies | undefined> | undefined;
  /** Groups that could not be removed yet. */
  readonly #leftover = new Set<string>();

  /** What this machine allows; tried out once. */
  async isAvailable(): Promise<boolean> {
    return (await this.#hierarchies()) !== undefined;
  }

  /** New groups for a process, with the memory it may hold; nothing where none can be made. */
  async create(memoryMB: number): Promise<ControlGroup | undefined> {
    const hierarchies = await this.#hierarchies();
    if (!hierarchies) return undefined;
    try {
      return await this.#make(hierarchies, memoryMB);
    } catch {
      return undefined;
    }
  }

  /** Removes what is still about. */
  async close(): Promise<void> {
    await Promise.all([...this.#leftover].map((folder) => this.#remove(folder)));
  }

  #hierarchies(): Promise<Hierarchies | undefined> {
    this.#probe ??= this.#find();
    return this.#probe;
  }

  async #make({ version, memory, cpu, pids }: Hierarchies, memoryMB: number): Promise<ControlGroup> {
    const name = `${PREFIX}${process.pid}-${threadId}-${sequence++}`;
    const memoryFolder = join(memory, name);
    const cpuFolder = join(cpu, name);
    const pidsFolder = pids === undefined ? undefined : join(pids, name);
    const folders = [
      ...new Set([memoryFolder, cpuFolder, ...(pidsFolder === undefined ? [] : [pidsFolder])]),
    ];
    for (const folder of folders) await mkdir(folder);
    const limit = version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
    await writeFile(join(memoryFolder, limit), String(Math.floor(memoryMB * MB)));
    const quietly = async (file: string, text: string) => writeFile(file, text).catch(() => {});
    if (pidsFolder !== undefined) await quietly(join(pidsFolder, 'pids.max'), String(MAX_PROCESSES));
    return {
      async add(pid) {
        await Promise.all(folders.map((folder) => quietly(join(folder, 'cgroup.procs'), String(pid))));
      },
      async limitCpu(cpus) {
        const quotaUs = Math.max(Math.round(cpus * PERIOD_US), MIN_QUOTA_US);
        if (version === 2) return quietly(join(cpuFolder, 'cpu.max'), `${quotaUs} ${PERIOD_US}`);
        await quietly(join(cpuFolder, 'cpu.cfs_period_us'), String(PERIOD_US));
        await quietly(join(cpuFolder, 'cpu.cfs_quota_us'), String(quotaUs));
      },
      ranOutOfMemory() {
        const file = version === 1 ? 'memory.oom_control' : 'memory.events';
        return /^oom_kill [1-9]/m.test(readText(join(memoryFolder, file)));
      },
      remove: async () => {
        await Promise.all([this.close(), ...folders.map((folder) => this.#remove(folder))]);
      },
    };
  }

  /** A group cannot be removed while a process in it is dying: it is tried again for a while, and with the next. */
  async #remove(folder: string): Promise<void> {
    for (let tries = 0; tries < REMOVE_TRIES; tries++) {
      try {
        await rmdir(folder);
        this.#leftover.delete(folder);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EBUSY') {
          this.#leftover.delete(folder);
          return;
        }
        this.#leftover.add(folder);
        await new Promise<void>((resolve) => this.#clock.after(REMOVE_PAUSE_MS, resolve));
      }
    }
  }

  /** Tried out, since permissions tell too little: a group is made, limited and removed. */
  async #find(): Promise<Hierarchies | undefined> {
    if (process.platform !== 'linux') return undefined;
    for (const candidate of candidates()) {
      try {
        await (await this.#make(candidate, PROBE_MB)).remove();
        await this.#removeStale(candidate);
        return candidate;
      } catch {
        // Not that one. What was made of it is empty, and goes with the next start.
      }
    }
    return undefined;
  }

  /** Groups of a harness that was killed. */
  async #removeStale({ memory, cpu, pids }: Hierarchies): Promise<void> {
    for (const parent of new Set([memory, cpu, ...(pids === undefined ? [] : [pids])])) {
      for (const name of await readdir(parent)) {
        const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
        if (pid !== undefined && !isRunning(Number(pid))) await this.#remove(join(parent, name));
      }
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where this process is itself, as /proc says it. */
function candidates(): Hierarchies[] {
  const own = readText('/proc/self/cgroup')
    .trim()
    .split('\n')
    .map((line) => {
      const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      return { controllers: controllers.split(','), path };
    });
  const pathOf = (controller: string) =>
    own.find(({ controllers }) => controllers.includes(controller))?.path;
  const found: Hierarchies[] = [];
  const memoryPath = pathOf('memory');
  const cpuPath = pathOf('cpu');
  if (memoryPath !== undefined && cpuPath !== undefined) {
    found.push({
      version: 1,
      memory: join('/sys/fs/cgroup/memory', memoryPath),
      cpu: join('/sys/fs/cgroup/cpu', cpuPath),
    });
    const pidsPath = pathOf('pids');
    const pids = pidsPath === undefined ? undefined : join('/sys/fs/cgroup/pids', pidsPath);
    if (pids !== undefined && existsSync(pids)) found[0]!.pids = pids;
  }
  const unified = pathOf('');
  if (unified !== undefined) {
    const folder = join('/sys/fs/cgroup', unified);
    found.push({ version: 2, memory: folder, cpu: folder, pids: folder });
  }
  return found;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
