/**
 * The bare interpreter: transitions per second, inline Map of 1,000 items, memory of open executions. No service,
 * no disk: histories are dropped as they are written.
 *
 * Run: node test/bench/run.mjs asl-transitions (bundled by esbuild; --expose-gc for the memory figure).
 */
import { compile } from '../../harness/asl/compile.ts';
import { createExecution, type ExecutionInit } from '../../harness/asl/execution.ts';
import { createMapRun, mapRunStep } from '../../harness/asl/map-run.ts';
import type { Program } from '../../harness/asl/program.ts';
import { step } from '../../harness/asl/step.ts';
import { limitsOf } from '../../harness/core/limits.ts';
import { seededRandom } from '../../harness/core/random.ts';

const limits = limitsOf('aws-default');

function programOf(definition: object): Program {
  const { program, diagnostics } = compile(JSON.stringify(definition), { type: 'STANDARD' });
  if (!program) throw new Error(JSON.stringify(diagnostics));
  return program;
}

function initOf(input: string, seed = 1): ExecutionInit {
  return {
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:bench:run',
    name: 'run',
    roleArn: 'arn:aws:iam::123456789012:role/bench',
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:bench',
    stateMachineName: 'bench',
    input,
    startTimeMs: 0,
    random: seededRandom(seed),
    limits,
  };
}

function passes(count: number, body: object): Program {
  const names = Array.from({ length: count }, (_, i) => `Pass${i}`);
  const States = Object.fromEntries(
    names.map((name, i) => {
      const next = names[i + 1];
      return [name, { Type: 'Pass', ...body, ...(next ? { Next: next } : { End: true }) }];
    }),
  );
  return programOf({ StartAt: 'Pass0', States });
}

/** Best of `rounds`: the machine is shared and only ever makes things slower. */
function best(rounds: number, run: () => number): number {
  let quickest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) quickest = Math.min(quickest, run());
  return quickest;
}

function transitionsPerSecond(program: Program, states: number, executions: number): number {
  const ms = best(5, () => {
    const from = performance.now();
    for (let i = 0; i < executions; i++) {
      const execution = createExecution(program, initOf('{"value":1,"list":[1,2,3]}'));
      step(program, execution, { kind: 'start', atMs: 0 });
      if (execution.status !== 'SUCCEEDED') throw new Error(execution.status);
    }
    return performance.now() - from;
  });
  return (states * executions * 1000) / ms;
}

function inlineMapMs(items: number): number {
  const program = programOf({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        End: true,
        ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
      },
    },
  });
  const input = JSON.stringify(Array.from({ length: items }, (_, id) => ({ id })));
  return best(10, () => {
    const from = performance.now();
    const execution = createExecution(program, initOf(input));
    step(program, execution, { kind: 'start', atMs: 0 });
    if (execution.status !== 'SUCCEEDED') throw new Error(execution.status);
    return performance.now() - from;
  });
}

function bytesPerOpenExecution(count: number): number | undefined {
  const gc = (globalThis as { gc?: () => void }).gc;
  if (!gc) return undefined;
  const program = programOf({
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 60, Next: 'P' }, P: { Type: 'Pass', End: true } },
  });
  gc();
  const before = process.memoryUsage().heapUsed;
  const open = Array.from({ length: count }, (_, i) => {
    const execution = createExecution(program, initOf(`{"number":${i}}`, i));
    step(program, execution, { kind: 'start', atMs: 0 });
    return execution;
  });
  gc();
  const used = process.memoryUsage().heapUsed - before;
  if (open.length !== count) throw new Error('executions were lost');
  return used / count;
}

/** A Distributed Map's children, each an execution with its own full history, dispatched by the Map Run. */
function mapRunMs(items: number): number {
  const program = programOf({
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        End: true,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
      },
    },
  });
  const input = JSON.stringify(Array.from({ length: items }, (_, id) => ({ id })));
  return best(3, () => {
    const from = performance.now();
    const parent = createExecution(program, initOf(input));
    const start = step(program, parent, { kind: 'start', atMs: 0 }).find(
      ({ kind }) => kind === 'startMapRun',
    );
    if (start?.kind !== 'startMapRun') throw new Error('no Map Run');
    const group = program.mapsByLabel.get(start.label)?.processor;
    if (!group) throw new Error('no processor');
    const unpaced = limitsOf('aws-default', { sfnExpressChildrenPerSecond: Number.POSITIVE_INFINITY });
    const run = createMapRun(program, start, seededRandom(1), unpaced);
    const effects = mapRunStep(run, { kind: 'start', atMs: 0 });
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i];
      if (effect?.kind !== 'startChild') continue;
      const child = createExecution(program, { ...initOf(effect.input), group, type: 'EXPRESS' });
      const finish = step(program, child, { kind: 'start', atMs: 0 }).at(-1);
      const outputText = (finish?.kind === 'finish' && finish.output) || 'null';
      const more = mapRunStep(run, { kind: 'childSucceeded', child: effect.child, outputText, atMs: 0 });
      for (const one of more) effects.push(one);
    }
    if (run.status !== 'SUCCEEDED') throw new Error(run.status);
    return performance.now() - from;
  });
}

const rows: [string, string][] = [
  ['50 Pass, transitions/s', transitionsPerSecond(passes(50, {}), 50, 400).toFixed(0)],
  [
    '50 Pass with Parameters, transitions/s',
    transitionsPerSecond(passes(50, { Parameters: { 'value.$': '$.value', name: 'x' } }), 50, 400).toFixed(0),
  ],
  ['inline Map of 1,000 items, ms', inlineMapMs(1_000).toFixed(2)],
  ['Map Run of 10,000 EXPRESS children, ms', mapRunMs(10_000).toFixed(0)],
  ['Map Run of 100,000 EXPRESS children, ms', mapRunMs(100_000).toFixed(0)],
  ['open execution, bytes', bytesPerOpenExecution(10_000)?.toFixed(0) ?? 'run with --expose-gc'],
];
for (const [what, value] of rows) console.log(`${what.padEnd(42)}${value.padStart(12)}`);
