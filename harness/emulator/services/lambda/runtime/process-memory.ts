/** Memory of a process and its descendants, from /proc. Elsewhere nothing is known, and nothing is claimed. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PAGE_KB = 4;
const buffer = Buffer.allocUnsafe(256);

/** Reads the figures of one process, cheaply enough for every few milliseconds. */
export class ProcessMemory {
  readonly #pid: number;
  #statmFd: number | undefined;
  #peakTreeKB = 0;

  constructor(pid: number) {
    this.#pid = pid;
    try {
      this.#statmFd = openSync(`/proc/${pid}/statm`, 'r');
    } catch {
      this.#statmFd = undefined;
    }
  }

  /** Resident memory of the process and its descendants now, MB; 0 where it cannot be known. */
  residentMB(): number {
    const kb = this.#ownKB() + descendantsKB(this.#pid);
    this.#peakTreeKB = Math.max(this.#peakTreeKB, kb);
    return kb / 1024;
  }

  /** Peak resident memory since the process began, MB. */
  peakMB(): number {
    this.residentMB();
    return Math.max(this.#peakTreeKB, highWaterKB(this.#pid)) / 1024;
  }

  close(): void {
    if (this.#statmFd !== undefined) closeSync(this.#statmFd);
    this.#statmFd = undefined;
  }

  #ownKB(): number {
    if (this.#statmFd === undefined) return 0;
    try {
      const count = readSync(this.#statmFd, buffer, 0, buffer.length, 0);
      const resident = buffer.toString('latin1', 0, count).split(' ', 2)[1];
      return Number(resident ?? 0) * PAGE_KB;
    } catch {
      return 0;
    }
  }
}

function highWaterKB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function descendantsKB(pid: number): number {
  let children: string;
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  } catch {
    return 0;
  }
  if (children === '') return 0;
  return children
    .trim()
    .split(' ')
    .reduce((sum, child) => sum + residentKB(child) + descendantsKB(Number(child)), 0);
}

function residentKB(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ', 2)[1] ?? 0) * PAGE_KB;
  } catch {
    return 0;
  }
}
