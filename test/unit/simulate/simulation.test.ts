/** What a simulation must hold whatever its durations and quotas: nothing lost, no quota exceeded, repeatable. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../harness/asl/compile.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { simulate } from '../../../harness/simulate/simulation.ts';
import type { SimulatedRun, SimulationInput } from '../../../harness/simulate/simulation-context.ts';

const task = (name: string, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: name, 'Payload.$': '$' },
  ...more,
});
const RETRY = [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 50 }];

const machine = (executionType: 'STANDARD' | 'EXPRESS') =>
  compile(
    JSON.stringify({
      StartAt: 'List',
      States: {
        List: task('list', { Next: 'Work' }),
        Work: {
          Type: 'Map',
          Label: 'Work',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
            StartAt: 'Do',
            States: { Do: task('do', { Retry: RETRY, End: true }) },
          },
          ResultPath: null,
          Next: 'Join',
        },
        Join: task('join'),
      },
    }),
    { type: 'STANDARD' },
  ).program!;

function run(
  more: Partial<Omit<SimulationInput, 'children'>> & {
    children: number;
    executionType?: 'STANDARD' | 'EXPRESS';
  },
) {
  const { children, executionType = 'STANDARD', ...given } = more;
  const seen: string[] = [];
  const result = simulate({
    program: machine(executionType),
    input: '[]',
    limits: limitsOf('aws-default'),
    random: seededRandom('seed'),
    cores: Number.POSITIVE_INFINITY,
    task: ({ stateName, parameters }, inMap, random) => {
      if (inMap) seen.push(JSON.stringify(parameters));
      return {
        durationMs: 1000 + random.next() * 4000,
        outputText: '{}',
        invocation: { functionName: stateName, memorySizeMB: 1769, initMs: 300, coldMs: 100 },
      };
    },
    ...given,
    children: () => Array.from({ length: children }, (_, item) => ({ item })),
  });
  return { result, seen };
}

/** Most of the intervals that overlap at one time. */
function peakOf(spans: readonly { startMs: number; endMs: number }[]): number {
  const edges = spans.flatMap(({ startMs, endMs }) => [
    { atMs: startMs, by: 1 },
    { atMs: endMs, by: -1 },
  ]);
  edges.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let open = 0;
  return edges.reduce((peak, { by }) => {
    open += by;
    return Math.max(peak, open);
  }, 0);
}

describe('a simulated execution', () => {
  it('processes every item once, within concurrency, scaling and dispatch quotas', () => {
    fc.assert(
      fc.property(
        fc.record({
          children: fc.integer({ min: 0, max: 400 }),
          executionType: fc.constantFrom('STANDARD' as const, 'EXPRESS' as const),
          maxConcurrency: fc.integer({ min: 1, max: 60 }),
          concurrent: fc.integer({ min: 1, max: 80 }),
          scaling: fc.integer({ min: 1, max: 80 }),
          seed: fc.string(),
        }),
        ({ children, executionType, maxConcurrency, concurrent, scaling, seed }) => {
          const limits = limitsOf('aws-default', {
            lambdaConcurrentExecutions: concurrent,
            lambdaScalingPer10Seconds: scaling,
          });
          const options = { children, executionType, maxConcurrency, limits };
          const { result } = run({ ...options, random: seededRandom(seed) });
          expect(result.children.length).toBeLessThanOrEqual(children);
          const work = result.invocations.filter(({ functionName }) => functionName === 'Do');
          // Retries of throttled calls may come too late for an EXPRESS child or run out.
          if (result.throttles === 0 || result.status === 'SUCCEEDED') {
            expect(result.status).toBe('SUCCEEDED');
            expect(result.children.length).toBe(children);
            expect(work.length).toBe(children);
          }
          expect(peakOf(result.invocations)).toBeLessThanOrEqual(concurrent);
          expect(peakOf(result.children)).toBeLessThanOrEqual(maxConcurrency);
          expect(
            startsWithin(
              work.filter(({ cold }) => cold),
              10_000,
            ),
          ).toBeLessThanOrEqual(2 * scaling);
          const perSecond = executionType === 'STANDARD' ? 100 : 1000;
          expect(startsWithin(result.children, 1000)).toBeLessThanOrEqual(perSecond * 1.1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same run for the same seed and another for another', () => {
    const of = (seed: string) => run({ children: 50, random: seededRandom(seed) }).result;
    expect(of('a')).toEqual(of('a'));
    expect(of('a').durationMs).not.toBe(of('b').durationMs);
  });

  it('hands every child its own input', () => {
    const { seen } = run({ children: 25 });
    expect(new Set(seen).size).toBe(25);
  });

  it('starts as many cold environments as run at once, and reuses them', () => {
    const { result } = run({ children: 40, maxConcurrency: 4 });
    expect(result.coldStarts).toBe(4 + 2);
    expect(result.invocations.filter(({ cold }) => cold).length).toBe(6);
    expect(result.peakConcurrency).toBe(4);
  });

  it('runs functions one after the other on one core', () => {
    const { result } = run({ children: 8, cores: 1 });
    expect(peakOf(result.invocations)).toBe(1);
    const busyMs = result.invocations.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    expect(result.durationMs).toBeCloseTo(busyMs, 6);
  });

  it('is slowed down by a lower concurrency, never sped up', () => {
    const durations = [64, 16, 4, 1].map(
      (maxConcurrency) => run({ children: 60, maxConcurrency }).result.durationMs,
    );
    expect(durations).toEqual([...durations].sort((a, b) => a - b));
  });

  it('fails as the state machine does when retries are exhausted', () => {
    const limits = limitsOf('aws-default', { lambdaConcurrentExecutions: 1 });
    const text = JSON.stringify({
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: ['A', 'B'].map((name) => ({ StartAt: name, States: { [name]: task(name) } })),
          End: true,
        },
      },
    });
    const { program } = compile(text, { type: 'STANDARD' });
    const { result } = run({ children: 0, program: program!, limits });
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.TooManyRequestsException',
      throttles: 1,
    });
  });

  it('writes the history that the emulator writes, in modelled time', () => {
    const { result } = run({ children: 2 });
    expect(result.history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(result.history.at(-1)!.atMs).toBe(result.durationMs);
  });
});

/** Most starts in any window of this length. */
function startsWithin(
  spans: readonly SimulatedRun['children'][number][] | SimulatedRun['invocations'],
  windowMs: number,
): number {
  const starts = spans.map(({ startMs }) => startMs).sort((a, b) => a - b);
  let head = 0;
  return starts.reduce((most, at, index) => {
    while (at - starts[head]! >= windowMs) head++;
    return Math.max(most, index - head + 1);
  }, 0);
}
