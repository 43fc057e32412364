/**
 * From the start of a process to its first answer: `cosmicai up` on an empty state folder beside a bare Node HTTP
 * server, taken in turns in one run, with the CPU time each has taken by then and the memory it holds a second later.
 *
 * Run: node test/bench/run.mjs startup [rounds, 9 by default] [path of another node ...]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const BARE = `import http from 'node:http';
const server = http.createServer((request, response) => response.end());
server.listen(0, '127.0.0.1', () => console.log('ready http://127.0.0.1:' + server.address().port));`;

interface Start {
  firstAnswerMs: number;
  cpuMs: number;
  idleMB: number;
}

/** CPU time of a process so far, all its threads, ms. */
const cpuMs = ({ pid }: ChildProcess): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, one) => sum + one, 0);

const residentMB = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** ListBuckets, or whatever a bare server makes of it. */
const ask = (url: string) =>
  new Promise<void>((done, failed) => {
    get(url, (response) => response.resume().once('end', done)).once('error', failed);
  });

async function start(node: string, args: readonly string[]): Promise<Start> {
  const began = performance.now();
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((done) => child.once('exit', done));
  const line = await new Promise<string>((done) => child.stdout.once('data', (text) => done(String(text))));
  await ask(`${/http:\S+/.exec(line)![0]}/`);
  const firstAnswerMs = performance.now() - began;
  const cpu = cpuMs(child);
  await wait(1000);
  const idleMB = residentMB(child);
  child.kill('SIGTERM');
  await gone;
  return { firstAnswerMs, cpuMs: cpu, idleMB };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

const [rounds = '9', ...others] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'bench-startup-'));
const bare = join(folder, 'bare.mjs');
writeFileSync(bare, BARE);
try {
  for (const node of [process.execPath, ...others.map((path) => resolve(path))]) {
    const starts = { bare: [] as Start[], up: [] as Start[] };
    // The first of each is to warm up: disk, and the compiled code that is kept.
    for (let round = 0; round <= Number(rounds); round++) {
      const state = join(folder, `state-${round}`);
      const both = {
        bare: await start(node, [bare]),
        up: await start(node, ['harness/cli/bin.mjs', 'up', '--port', '0', '--state', state]),
      };
      rmSync(state, { recursive: true, force: true });
      if (round === 0) continue;
      starts.bare.push(both.bare);
      starts.up.push(both.up);
    }
    console.log(`${node}, median of ${rounds}${' '.repeat(8)}bare server    cosmicai up`);
    const row = (name: string, of: (start: Start) => number, unit: string) => {
      const [a, b] = [median(starts.bare.map(of)), median(starts.up.map(of))];
      console.log(
        `${name.padEnd(30)} ${a.toFixed(0).padStart(6)} ${unit}   ${b.toFixed(0).padStart(6)} ${unit}   (${(b / a).toFixed(2)}x)`,
      );
    };
    row('first answer', (one) => one.firstAnswerMs, 'ms');
    row('CPU time until then', (one) => one.cpuMs, 'ms');
    row('resident a second later', (one) => one.idleMB, 'MB');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
