/**
 * What executions cost: CPU time of the process per transition, with the state in memory or in a folder that outlives
 * the emulator. A chain of 50 Pass states, an inline Map of 40 with 16 Choice and Pass states, and a Distributed Map of
 * 1,000 STANDARD children. For "before and after" run two checkouts in turns and compare the medians.
 *
 * Run: node test/bench/run.mjs transitions [memory, kernel or device; memory by default] [rounds, 3 by default]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import { limitsOf } from '../../harness/core/limits.ts';
import { startEmulator } from '../../harness/emulator/emulator.ts';
import { createMachine, passes, runnerOf } from '../load/executions.ts';

const [mode = 'memory', rounds = '3'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'bench-transitions-'));
const emulator = await startEmulator({
  port: 0,
  limits: limitsOf('none'),
  ...(mode === 'memory' ? {} : { stateDir: folder, durability: mode === 'device' ? 'device' : 'kernel' }),
});
const sfn = new SFNClient({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  disableHostPrefix: true,
});

const run = runnerOf(emulator, sfn);
const map = (processor: object) => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', Label: 'M', ItemProcessor: processor, ResultPath: null, End: true } },
});
const distributed = { ...passes(4), ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };

/** Executions, their input, and the transitions of each. */
const CASES = [
  { name: 'chain', definition: passes(50), input: {}, executions: 1_000, transitions: 50 },
  {
    name: 'inline',
    definition: map(passes(16)),
    input: [...Array(40).keys()],
    executions: 50,
    transitions: 641,
  },
  {
    name: 'distributed',
    definition: map(distributed),
    input: [...Array(1_000).keys()],
    executions: 5,
    transitions: 4_001,
  },
];

for (const { name, definition, input, executions, transitions } of CASES) {
  const stateMachineArn = await createMachine(sfn, name, definition);
  const perTransitionUs: number[] = [];
  for (let round = 0; round <= Number(rounds); round++) {
    const before = process.cpuUsage();
    let left = executions;
    const client = async () => {
      while (left-- > 0) await run(stateMachineArn, input);
    };
    await Promise.all(Array.from({ length: 8 }, client));
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) perTransitionUs.push((user + system) / (executions * transitions));
  }
  const median = perTransitionUs.toSorted((a, b) => a - b)[perTransitionUs.length >> 1]!;
  console.log(`${mode} ${name} ${median.toFixed(2)} us`);
}
sfn.destroy();
await emulator.stop();
rmSync(folder, { recursive: true, force: true });
