/**
 * What is kept, under attack: SIGKILL at random moments, a flipped byte in a file of every kind, a disk that is full at
 * random moments, a read-only file system. No moment is waited for by time alone that a verdict depends on.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Random, seededRandom } from '../../harness/core/random.ts';
import { type KeptReport, KeptWork } from './kept-work.ts';
import { UpProcess } from './up-process.ts';

/** A round and what came of it. */
export interface Round extends KeptReport {
  name: string;
  /** Losses that no warning was printed for. */
  silent: string[];
  warnings: string;
}

const DISK_MB = 64;
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const below = (random: Random, end: number) => Math.floor(random.next() * end);

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-kept-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills the emulator while all clients are at work, `rounds` times, and checks what it has after the last start. */
export function killed(rounds: number, seed: string): Promise<Round> {
  return inFolder(async (folder) => {
    const random = seededRandom(seed);
    const up = new UpProcess(join(folder, 'state'));
    await up.start();
    try {
      const work = new KeptWork(up, seed);
      await work.prepare();
      let warnings = '';
      for (let round = 0; round < rounds; round++) {
        await work.run(async () => {
          await pause(300 + below(random, 2_000));
          await up.end('SIGKILL');
        });
        await up.start();
        warnings += up.warnings;
      }
      return { name: `SIGKILL, ${rounds} times`, ...(await work.check()), silent: [], warnings };
    } finally {
      await up.end('SIGKILL');
    }
  });
}

/** Not of the state, or of one process alone. */
const LEFT_OUT =
  /^(?:lock\.json|token|discarded|lambda\/(?:sandboxes|processes)|s3\/tmp|stepfunctions\/scratch)/;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !LEFT_OUT.test(path) && statSync(join(folder, path)).size > 0);
}

/** Flips a byte at a random offset of a file of every kind, one start for each, `rounds` times; `kinds` leaves some out. */
export function damaged(rounds: number, seed: string, kinds = /./): Promise<Round[]> {
  return inFolder(async (folder) => {
    const random = seededRandom(seed);
    const whole = join(folder, 'whole');
    const up = new UpProcess(whole);
    await up.start();
    const work = new KeptWork(up, seed);
    try {
      await work.prepare();
      await work.run(() => pause(1_000));
      await work.check();
    } finally {
      await up.end('SIGTERM');
    }
    const results: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const files = filesIn(whole);
      for (const kind of new Set(files.map(kindOf).filter((kind) => kinds.test(kind)))) {
        const paths = files.filter((path) => kindOf(path) === kind);
        const copy = join(folder, 'copy');
        cpSync(whole, copy, { recursive: true });
        const path = join(copy, paths[below(random, paths.length)]!);
        const bytes = readFileSync(path);
        const offset = below(random, bytes.length);
        bytes[offset] = bytes[offset]! ^ (1 << below(random, 8));
        writeFileSync(path, bytes);
        results.push(await checkCopy(work, copy, `a flipped bit at ${offset} of ${kind}`));
        rmSync(copy, { recursive: true });
      }
    }
    return results;
  });
}

/** Files of one kind differ in the names of buckets, objects and groups alone. */
const kindOf = (path: string): string =>
  path.replace(/blobs\/.*/, 'blobs/*').replace(/(s3\/buckets|logs\/\w+|metrics)\/.*/, '$1/*');

async function checkCopy(work: KeptWork, stateDir: string, name: string): Promise<Round> {
  const up = new UpProcess(stateDir);
  try {
    await up.start();
    const report = await work.check(up);
    const { warnings } = up;
    // Only what names the state is a report of its damage.
    const silent = warnings.includes(stateDir) ? [] : [...report.lost, ...report.different];
    return { name, ...report, silent, warnings };
  } catch (error) {
    const warnings = String(error);
    // It may refuse to start, if it says what is damaged; any other failure is no report.
    const isReported = warnings.includes('ended with 3:') && warnings.includes(stateDir);
    const silent = isReported ? [] : [`no start, and no report of damage: ${warnings}`];
    return { name, acknowledged: 0, lost: [], different: [], compared: 0, silent, warnings };
  } finally {
    await up.end('SIGKILL');
  }
}

/** Why file systems cannot be mounted here; undefined where they can. */
export function mountRefusal(): string | undefined {
  return inFolderSync((folder) => {
    try {
      mount(folder, 1);
      execFileSync('umount', [folder], { stdio: 'pipe' });
      return undefined;
    } catch (error) {
      return String((error as { stderr?: Buffer }).stderr ?? error).trim();
    }
  });
}

function inFolderSync<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-mount-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mount(folder: string, sizeMB: number): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMB}m`, 'tmpfs', folder], { stdio: 'pipe' });
}

const remount = (folder: string, options: string) =>
  execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'pipe' });

/** Writes a file that leaves `freeBytes` of its disk, or less. */
function fill(path: string, freeBytes: number): void {
  const fd = openSync(path, 'w');
  let sizeBytes = 0;
  try {
    for (const chunk = Buffer.alloc(64 * 1024); ; ) sizeBytes += writeSync(fd, chunk);
  } catch {
    ftruncateSync(fd, Math.max(sizeBytes - freeBytes, 0));
  } finally {
    closeSync(fd);
  }
}

/** Fills the disk under the clients at random moments and empties it again; then starts on a read-only one. */
export function fullDisk(rounds: number, seed: string): Promise<Round[]> {
  return inFolder(async (folder) => {
    const random = seededRandom(seed);
    const disk = join(folder, 'disk');
    const ballast = join(disk, 'ballast');
    mount(disk, DISK_MB);
    const up = new UpProcess(join(disk, 'state'));
    try {
      await up.start();
      const work = new KeptWork(up, seed);
      await work.prepare();
      let warnings = '';
      for (let round = 0; round < rounds; round++) {
        await work.run(async () => {
          await pause(200 + below(random, 500));
          fill(ballast, below(random, 64 * 1024));
          await work.until(({ refused }) => refused, 5);
          // Killed on a full disk, or it goes on when there is space again.
          if (round % 2 === 1) await up.end('SIGKILL');
          rmSync(ballast);
          if (!up.isAlive) {
            warnings += up.warnings;
            await up.start();
          }
          await work.until(({ acknowledged }) => acknowledged, 20);
        });
      }
      warnings += up.warnings;
      const full: Round = {
        name: `a full disk, ${rounds} times`,
        ...(await work.check()),
        silent: [],
        warnings,
      };
      if (!/cannot be written/.test(warnings)) full.silent.push('the full disk was not reported');
      await up.end('SIGTERM');
      remount(disk, 'ro');
      const refused = await up.start().then(
        () => '',
        (error) => String(error),
      );
      remount(disk, 'rw');
      await up.end('SIGKILL');
      await up.start();
      const readOnly = {
        name: 'a read-only disk',
        ...(await work.check()),
        silent: [] as string[],
        warnings: refused,
      };
      if (!/cannot be written|read-only/.test(refused)) readOnly.silent.push(`no clear refusal: ${refused}`);
      return [full, readOnly];
    } finally {
      await up.end('SIGKILL');
      execFileSync('umount', ['--lazy', disk], { stdio: 'pipe' });
    }
  });
}
