/** Memory of a process and its descendants, from /proc. Elsewhere nothing is known, and nothing is claimed. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const PAGE_KB = 4;
const buffer = Buffer.allocUnsafe(64 * 1024);

/** Reads the figures of one process, cheaply enough for every few milliseconds: its files in /proc are kept open. */
export class ProcessMemory {
  readonly #statm: KeptFile;
  readonly #status: KeptFile;
  readonly #children: KeptFile;
  #peakTreeKB = 0;

  constructor(pid: number) {
    this.#statm = new KeptFile(`/proc/${pid}/statm`);
    this.#status = new KeptFile(`/proc/${pid}/status`);
    this.#children = new KeptFile(`/proc/${pid}/task/${pid}/children`);
  }

  /** Resident memory of the process and its descendants now, MB; 0 where it cannot be known. */
  residentMB(): number {
    return this.#residentKB(this.#children.read()) / 1024;
  }

  /** Peak resident memory since the process began, MB. */
  peakMB(): number {
    const children = this.#children.read();
    // Alone, it has never had more than the kernel's own peak says.
    if (children !== '') this.#residentKB(children);
    const peakKB = Number(/^VmHWM:\s+(\d+) kB/m.exec(this.#status.read())?.[1] ?? 0);
    return Math.max(this.#peakTreeKB, peakKB) / 1024;
  }

  close(): void {
    for (const file of [this.#statm, this.#status, this.#children]) file.close();
  }

  #residentKB(children: string): number {
    const kb = statmKB(this.#statm.read()) + descendantsKB(children);
    this.#peakTreeKB = Math.max(this.#peakTreeKB, kb);
    return kb;
  }
}

/** A file of /proc that is read again and again. What cannot be read is empty. */
class KeptFile {
  #fd: number | undefined;

  constructor(path: string) {
    try {
      this.#fd = openSync(path, 'r');
    } catch {
      this.#fd = undefined;
    }
  }

  /** Up to 64 KB of it. */
  read(): string {
    if (this.#fd === undefined) return '';
    try {
      return buffer.toString('latin1', 0, readSync(this.#fd, buffer, 0, buffer.length, 0));
    } catch {
      return '';
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

/** Resident memory of processes and their descendants; `pids` as /proc lists children. */
function descendantsKB(pids: string): number {
  if (pids === '') return 0;
  return pids
    .trim()
    .split(' ')
    .reduce(
      (sum, pid) =>
        sum +
        statmKB(textOf(`/proc/${pid}/statm`)) +
        descendantsKB(textOf(`/proc/${pid}/task/${pid}/children`)),
      0,
    );
}

const statmKB = (text: string): number => Number(text.split(' ', 2)[1] ?? 0) * PAGE_KB;

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
