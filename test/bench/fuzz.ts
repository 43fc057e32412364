/**
 * Fuzzing the partition readers: mutated files of every format, read to their end. A file is read or refused with a
 * PartitionError of one printable line; anything else (another error, a hang, memory beyond twice the file) is a
 * finding, printed with the bytes that made it.
 *
 * Each case runs in a child process that a watchdog ends, so a hang or a crash is a finding too and not the end.
 * Memory is what the reader had the process take beyond the file itself: array buffers and heap, sampled between
 * batches, with an allowance for what any reading needs (windows of some MB).
 *
 * Run: node test/bench/run.mjs fuzz [seconds, 600 by default] [seed]
 */
import { fork } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePartition } from '../../harness/packs/redshift/data/generate.ts';
import { openPartition } from '../../lambdas/shared/partition/open-partition.ts';
import { PARTITION_FORMATS, PartitionError } from '../../lambdas/shared/partition/partition.ts';

const CASE_LIMIT_MS = 20_000;
const ALLOWANCE_BYTES = 48 * 1024 * 1024;
const FIXTURES = join('test', 'fixtures', 'pt');

/** xorshift32: the same seed gives the same cases. */
function randomOf(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

async function corpus(): Promise<Map<string, Buffer>> {
  const seeds = new Map<string, Buffer>();
  for (const format of PARTITION_FORMATS) {
    for (const samples of [1, 60]) {
      const parts: Buffer[] = [];
      await generatePartition(
        { seed: 5, samples, format },
        { write: async (bytes) => void parts.push(Buffer.from(bytes)) },
      );
      seeds.set(`${format}-${samples}`, Buffer.concat(parts));
    }
  }
  for (const name of readdirSync(FIXTURES).filter((file) => file.endsWith('.pt')))
    seeds.set(name, readFileSync(join(FIXTURES, name)));
  return seeds;
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x27, 0x28, 0x5b, 0x7b, 0x2e, 0x30, 0x39];

/** Some edits near the ends or anywhere, splices from another seed, cuts, repeats. */
function mutate(random: () => number, seeds: Buffer[]): Buffer {
  const pick = (below: number) => Math.floor(random() * below);
  let bytes = Buffer.from(seeds[pick(seeds.length)]!);
  const place = () => {
    const edge = Math.min(bytes.length, 2048);
    const where = random();
    return where < 0.4 ? pick(edge) : where < 0.8 ? bytes.length - 1 - pick(edge) : pick(bytes.length);
  };
  for (let edits = 1 + pick(8); edits > 0 && bytes.length > 0; edits--) {
    const at = Math.max(0, place());
    const kind = pick(9);
    if (kind < 3) bytes[at] = pick(256);
    else if (kind === 3) bytes[at] = INTERESTING[pick(INTERESTING.length)]!;
    else if (kind === 4) bytes[at]! ^= 1 << pick(8);
    else if (kind === 5 && at + 8 <= bytes.length) bytes.writeBigUInt64LE(BigInt(2) ** BigInt(pick(64)), at);
    else if (kind === 6) bytes = bytes.subarray(0, at);
    else if (kind === 7) {
      const length = pick(64);
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    } else {
      const other = seeds[pick(seeds.length)]!;
      const from = pick(other.length);
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        other.subarray(from, from + pick(256)),
        bytes.subarray(at),
      ]);
    }
  }
  return bytes;
}

const usedBytes = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** Reads a case to its end. @returns what is wrong, if anything */
async function tryCase(bytes: Buffer): Promise<string | undefined> {
  const before = usedBytes();
  let most = before;
  const source = {
    name: 'file',
    sizeBytes: bytes.length,
    async read(offset: number, length: number) {
      if (offset < 0 || length < 0 || offset + length > bytes.length)
        throw new PartitionError('Truncated', 'file: read beyond its end');
      return new Uint8Array(bytes.subarray(offset, offset + length));
    },
  };
  try {
    const partition = await openPartition(source);
    let samples = 0;
    for await (const batch of partition.batches(64)) {
      samples += batch.count;
      most = Math.max(most, usedBytes());
    }
    if (samples !== partition.samples) return `${samples} samples came of ${partition.samples}`;
  } catch (error) {
    if (!(error instanceof PartitionError)) return `${(error as Error).stack}`;
    if (!/^file: \P{C}+$/u.test(error.message)) return `the message ${JSON.stringify(error.message)}`;
  }
  most = Math.max(most, usedBytes());
  if (most - before > 2 * bytes.length + ALLOWANCE_BYTES)
    return `${((most - before) / 2 ** 20).toFixed(0)} MB taken for ${(bytes.length / 2 ** 20).toFixed(1)} MB`;
  return undefined;
}

interface Finding {
  seed: number;
  what: string;
}

/** The child: cases from a seed on, each announced before it runs. */
async function runChild(seed: number): Promise<void> {
  const seeds = [...(await corpus()).values()];
  for (let caseSeed = seed; ; caseSeed++) {
    process.send!({ started: caseSeed });
    const random = randomOf(Math.imul(caseSeed, 2654435761));
    for (let warm = 0; warm < 4; warm++) random();
    const what = await tryCase(mutate(random, seeds));
    if (what !== undefined) process.send!({ finding: { seed: caseSeed, what } satisfies Finding });
    if (caseSeed % 64 === 0) (globalThis as { gc?: () => void }).gc?.();
  }
}

async function runParent(seconds: number, seed: number): Promise<void> {
  const until = performance.now() + seconds * 1000;
  let current = seed;
  let cases = 0;
  const findings: Finding[] = [];
  while (performance.now() < until) {
    const child = fork(process.argv[1]!, ['child', String(current)], { execArgv: ['--expose-gc'] });
    let lastSign = performance.now();
    const ended = new Promise<string>((resolve) => {
      child.on('message', (message: { started?: number; finding?: Finding }) => {
        if (message.started !== undefined) {
          current = message.started;
          cases++;
          lastSign = performance.now();
        }
        if (message.finding) findings.push(message.finding);
      });
      child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    const watchdog = setInterval(() => {
      const hangs = performance.now() - lastSign > CASE_LIMIT_MS;
      if (hangs) findings.push({ seed: current, what: `no end within ${CASE_LIMIT_MS / 1000} s` });
      if (hangs || performance.now() > until) child.kill('SIGKILL');
    }, 250);
    const how = await ended;
    clearInterval(watchdog);
    if (how !== 'SIGKILL') findings.push({ seed: current, what: `the process ended with ${how}` });
    current++;
  }
  const seeds = [...(await corpus()).values()];
  for (const { seed: caseSeed, what } of findings.slice(0, 20)) {
    const random = randomOf(Math.imul(caseSeed, 2654435761));
    for (let warm = 0; warm < 4; warm++) random();
    const file = join(tmpdir(), `fuzz-${caseSeed}.bin`);
    writeFileSync(file, mutate(random, seeds));
    console.log(`case ${caseSeed} (${file}): ${what}`);
  }
  console.log(`${cases} cases in ${seconds} s from seed ${seed}: ${findings.length} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

if (process.argv[2] === 'child') await runChild(Number(process.argv[3]));
else await runParent(Number(process.argv[2] ?? 600), Number(process.argv[3] ?? 1));
