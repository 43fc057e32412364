import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { usageOf } from '../../../harness/metrics/cost/usage.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { drawModel, fitLine, lineAt } from '../../../harness/simulate/duration-model.ts';
import { type PredictionOptions, predict } from '../../../harness/simulate/predict.ts';
import { profileSchema } from '../../../harness/simulate/profile.ts';
import { profileOf } from '../../../harness/simulate/profile-runs.ts';
import { summarize } from '../../../harness/simulate/summary.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

const MB = 1024 ** 2;

/** A finished run over `partitions` of `partitionMB`: 400 ms and 10 ms per MB for each; init and summarize grow. */
function runOf(partitionMB: number, partitions: number): RunRecord {
  const { record } = sampleEvidence();
  const execution = structuredClone(record.executions[0]!);
  const map = (execution.definition!['States'] as { [name: string]: { Label?: string } })[
    'Distributed Inference'
  ]!;
  map.Label = 'Work';
  const [init, , worker, summarize] = record.invocations;
  const succeeded = (name: string, id: number) => [
    { id, previousEventId: 0, timestampMs: 1, type: 'TaskStateEntered', stateEnteredEventDetails: { name } },
    {
      id: id + 1,
      previousEventId: id,
      timestampMs: 1,
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        parameters: JSON.stringify({ FunctionName: `cosmicai-${NAMES[name]}`, Payload: {} }),
      },
    },
    {
      id: id + 2,
      previousEventId: id + 1,
      timestampMs: 2,
      type: 'TaskSucceeded',
      taskSucceededEventDetails: { output: '{"Payload":{}}' },
    },
  ];
  const child = execution.children[0]!;
  return {
    ...record,
    runId: `run-${partitionMB}-${partitions}`,
    dataset: {
      ...record.dataset!,
      nominalPartitionBytes: partitionMB * MB,
      partitions: Array.from({ length: partitions }, (_, at) => ({
        key: `${at}`,
        sizeBytes: partitionMB * MB,
      })),
    },
    executions: [
      {
        ...execution,
        history: [...succeeded('Initialize', 10), ...succeeded('Summarize', 20)],
        mapRuns: [
          {
            ...execution.mapRuns[0]!,
            mapRunArn: 'arn:aws:states:us-east-1:000000000000:mapRun:cosmicai/Work:1',
            executionCounts: { ...execution.mapRuns[0]!.executionCounts, total: partitions },
          },
        ],
        children: [
          {
            ...child,
            mapRunArn: 'arn:aws:states:us-east-1:000000000000:mapRun:cosmicai/Work:1',
            input: { item: 1 },
            history: succeeded('Model Inference', 30),
          },
        ],
      },
    ],
    invocations: [
      { ...init!, durationMs: 50 + partitions, initDurationMs: 200 },
      { ...worker!, durationMs: 900 + 10 * partitionMB, initDurationMs: 300 },
      ...Array.from({ length: partitions - 1 }, () => ({ ...worker!, durationMs: 400 + 10 * partitionMB })),
      { ...summarize!, durationMs: 20 + 2 * partitions, initDurationMs: 200 },
    ],
  };
}
const NAMES: Record<string, string> = {
  Initialize: 'init',
  'Model Inference': 'inference',
  Summarize: 'summarize',
};

const options = (more: Partial<PredictionOptions> = {}): PredictionOptions => ({
  sizeBytes: 1000 * MB,
  partitionBytes: 50 * MB,
  limits: limitsOf('aws-default'),
  cores: Number.POSITIVE_INFINITY,
  seed: '1',
  ...more,
});

describe('a line of durations', () => {
  it('is found where the durations lie on one', () => {
    const line = fitLine([10, 20, 40].map((x) => ({ x, durationMs: 100 + 3 * x })));
    expect(lineAt(line, 80)).toBeCloseTo(340, 9);
  });

  it('never falls and never starts below zero', () => {
    expect(fitLine([1, 2].map((x) => ({ x, durationMs: 10 / x }))).perUnitMs).toBe(0);
    expect(fitLine([10, 20].map((x) => ({ x, durationMs: 10 * x - 90 }))).interceptMs).toBe(0);
  });

  it('takes what cold invocations need beyond warm ones as the cost of a cold start', () => {
    const { functions } = profileOf([runOf(25, 10), runOf(100, 10)]);
    const worker = functions.find(({ name }) => name === 'inference')!;
    const model = drawModel(worker, seededRandom('x'));
    expect(model.coldMs).toBeCloseTo(500, 6);
    expect(model.initMs(seededRandom('y'))).toBe(300);
    expect(model.warmMs(50 * MB, seededRandom('z'))).toBeCloseTo(900, 6);
  });
});

describe('a profile', () => {
  it('of runs survives being written and read', () => {
    const profile = profileOf([runOf(25, 10), runOf(100, 4)]);
    expect(profileSchema.parse(JSON.parse(JSON.stringify(profile)))).toEqual(profile);
    expect(profile.partitionBytes).toEqual([25 * MB, 100 * MB]);
    expect(profile.maps['Work']).toEqual({ childrenPerPartition: 1, inputs: [{ item: 1 }] });
    expect(profile.states['Model Inference']).toMatchObject({ functionName: 'inference' });
  });

  it.each<[string, (run: RunRecord) => void, RegExp]>([
    ['no dataset', (run) => delete run.dataset, /has no dataset/],
    ['a failed execution', (run) => Object.assign(run.executions[0]!, { status: 'FAILED' }), /ended FAILED/],
    ['no invocation', (run) => Object.assign(run, { invocations: [] }), /invoked no function/],
    ['no definition', (run) => delete run.executions[0]!.definition, /does not hold the definition/],
  ])('is refused of a run with %s', (_, change, message) => {
    const run = runOf(25, 4);
    change(run);
    expect(() => profileOf([run])).toThrow(message);
  });

  it('is refused of runs of different state machines', () => {
    const other = runOf(25, 4);
    other.executions[0]!.definition = { ...other.executions[0]!.definition!, Comment: 'other' };
    expect(() => profileOf([runOf(25, 4), other])).toThrow(/another definition/);
  });
});

describe('a prediction', () => {
  const profile = profileOf([runOf(25, 10), runOf(100, 10), runOf(100, 40)]);

  it('is right for durations that lie on a line', () => {
    const { runs, partitions } = predict(profile, options());
    expect(partitions).toBe(20);
    // Initialize 70, Inference 900, Summarize 60 ms, cold: 200, 300 + 500, 200; the children start within 200 ms.
    for (const { durationMs, status, children } of runs) {
      expect(status).toBe('SUCCEEDED');
      expect(children.length).toBe(20);
      expect(durationMs).toBeGreaterThanOrEqual(70 + 200 + 900 + 800 + 60 + 200 - 1);
      expect(durationMs).toBeLessThan(2230 + 250);
    }
  });

  it('has its cost from the simulated bill, all cold where all children run at once', () => {
    const rest = { usage: usageOf(runOf(25, 10)).filter(({ part }) => part === 'logs'), from: 10 };
    const summary = summarize(predict(profile, options()), rest);
    expect(summary).toMatchObject({ clock: 'modelled', partitions: 20, draws: 21 });
    expect(summary.coldStarts.p50).toBe(22);
    expect(summary.lambdaGbS.p50).toBeCloseTo((70 + 200 + 60 + 200 + 20 * 1700) / 1000, 2);
    expect(summary.costUSD.p50).toBeGreaterThan(summary.lambdaGbS.p50 * 0.0000166667 + 22 * 2e-7);
    expect(summary.states.map(({ state }) => state)).toEqual([
      'Initialize',
      'Distributed Inference',
      'Summarize',
    ]);
  });

  it('refuses what the runs say nothing of, and names what to measure', () => {
    expect(() => predict(profile, options({ partitionBytes: 200 * MB }))).toThrow(
      /inference was measured with partitions of 25 MB to 100 MB, not of 200 MB/,
    );
    expect(() => predict(profile, options({ sizeBytes: 1024 ** 4 }))).toThrow(
      /summarize was measured with 40 partitions at most: 20972 need a run with at least 420/,
    );
  });

  it('refuses a Map whose children are in no run', () => {
    const { maps: _, ...rest } = profile;
    expect(() => predict({ ...rest, maps: {} }, options())).toThrow(
      /no run started children of the Map 'Work'/,
    );
  });

  it('names the quota that children run into', () => {
    const limits = limitsOf('aws-default', { lambdaConcurrentExecutions: 5 });
    const { risks } = predict(profile, options({ limits }));
    expect(risks[0]!.text).toMatch(/throttles up to \d+ calls/);
    expect(risks[0]!.source).toContain('docs.aws.amazon.com');
    expect(predict(profile, options({ limits, maxConcurrency: 5 })).risks).toEqual([]);
  });
});
