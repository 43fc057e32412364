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
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

const PREFIX = 'cosmicai-';
const MB = 1024 * 1024;
/** The kernel gives and takes CPU in periods of this length, as Docker has it. */
const PERIOD_US = 100_000;
/** Below this a quota is refused. */
const MIN_QUOTA_US = 1_000;

/** Folders in which groups can be made: two hierarchies in version 1, one in version 2. */
interface Hierarchies {
  version: 1 | 2;
  memory: string;
  cpu: string;
}

/** The groups of one process. */
export interface ControlGroup {
  add(pid: number): void;
  limitMemory(sizeMB: number): void;
  /** CPUs, fractions allowed. */
  limitCpu(cpus: number): void;
  /** True when the kernel killed something here for want of memory. */
  ranOutOfMemory(): boolean;
  /** Call it when the processes have ended. */
  remove(): void;
}

/** Emulators of one process share the hierarchy. */
let sequence = 0;

export class ControlGroups {
  readonly #hierarchies: Hierarchies | undefined;

  constructor() {
    this.#hierarchies = process.platform === 'linux' ? findHierarchies() : undefined;
    if (this.#hierarchies) removeStale(this.#hierarchies);
  }

  /** What this machine allows: for `doctor` and for messages. */
  get isAvailable(): boolean {
    return this.#hierarchies !== undefined;
  }

  /** New groups for a process; nothing where none can be made. */
  create(): ControlGroup | undefined {
    if (!this.#hierarchies) return undefined;
    try {
      return make(this.#hierarchies, newName());
    } catch {
      return undefined;
    }
  }
}

const newName = () => `${PREFIX}${process.pid}-${threadId}-${sequence++}`;

function make({ version, memory, cpu }: Hierarchies, name: string): ControlGroup {
  const memoryFolder = join(memory, name);
  const cpuFolder = join(cpu, name);
  const folders = [...new Set([memoryFolder, cpuFolder])];
  for (const folder of folders) mkdirSync(folder);
  return {
    add(pid) {
      for (const folder of folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid));
    },
    limitMemory(sizeMB) {
      const file = version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
      writeFileSync(join(memoryFolder, file), String(Math.floor(sizeMB * MB)));
    },
    limitCpu(cpus) {
      const quotaUs = Math.max(Math.round(cpus * PERIOD_US), MIN_QUOTA_US);
      if (version === 2) writeFileSync(join(cpuFolder, 'cpu.max'), `${quotaUs} ${PERIOD_US}`);
      else {
        writeFileSync(join(cpuFolder, 'cpu.cfs_period_us'), String(PERIOD_US));
        writeFileSync(join(cpuFolder, 'cpu.cfs_quota_us'), String(quotaUs));
      }
    },
    ranOutOfMemory() {
      const file = version === 1 ? 'memory.oom_control' : 'memory.events';
      return /^oom_kill [1-9]/m.test(readText(join(memoryFolder, file)));
    },
    remove() {
      for (const folder of folders) removeGroup(folder);
    },
  };
}

/** A group that still has a dying process cannot be removed: it goes at the next start then. */
function removeGroup(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Still in use, or gone.
  }
}

function removeStale({ memory, cpu }: Hierarchies): void {
  for (const parent of new Set([memory, cpu])) {
    for (const name of readdirSync(parent)) {
      const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
      if (pid !== undefined && !isRunning(Number(pid))) removeGroup(join(parent, name));
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

/** Tried out, since permissions tell too little: a group is made, limited and removed. */
function findHierarchies(): Hierarchies | undefined {
  for (const candidate of candidates()) {
    const name = newName();
    try {
      const group = make(candidate, name);
      try {
        group.limitMemory(1024);
        group.limitCpu(1);
        return candidate;
      } finally {
        group.remove();
      }
    } catch {
      for (const parent of new Set([candidate.memory, candidate.cpu])) removeGroup(join(parent, name));
    }
  }
  return undefined;
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
  }
  const unified = pathOf('');
  if (unified !== undefined) {
    const folder = join('/sys/fs/cgroup', unified);
    found.push({ version: 2, memory: folder, cpu: folder });
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
