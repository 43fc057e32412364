/** The draws of a prediction as figures with intervals, and what limits the run. */
import { costOfUsage, type Pricing } from '../metrics/cost/cost.ts';
import { scaledUsage, type UsageLine } from '../metrics/cost/usage-line.ts';
import type { Prediction } from './predict.ts';
import type { SimulatedRun } from './simulation-context.ts';

/** Median of the draws, and the 90 % of them in the middle (all of them, where there are fewer than 20). */
export interface Interval {
  p50: number;
  low: number;
  high: number;
}

export interface PredictionSummary {
  clock: 'modelled';
  partitionBytes: number;
  partitions: number;
  draws: number;
  durationS: Interval;
  costUSD: Interval;
  lambdaGbS: Interval;
  coldStarts: Interval;
  peakConcurrency: Interval;
  throttles: Interval;
  /** Where the time of the median draw goes, by state of the execution, ms. */
  states: { state: string; durationMs: number }[];
  /** Of the Map that takes longest in the median draw: the time over which its children start, and the longest child. */
  dispatchMs: number;
  longestChildMs: number;
  risks: Prediction['risks'];
}

/** `rest`: usage of one execution over `from` partitions that no simulation counts (S3, logs, metrics). */
export function summarize(
  prediction: Prediction,
  rest: { usage: readonly UsageLine[]; from: number },
  pricing: Pricing = {},
): PredictionSummary {
  const { runs, partitions, partitionBytes, risks } = prediction;
  const of = (value: (run: SimulatedRun) => number): Interval => intervalOf(runs.map(value));
  const scaled = scaledUsage(rest.usage, rest.from, partitions);
  const middle = [...runs].sort((a, b) => a.durationMs - b.durationMs)[runs.length >> 1]!;
  const starts = middle.children.map(({ startMs }) => startMs);
  return {
    clock: 'modelled',
    partitionBytes,
    partitions,
    draws: runs.length,
    durationS: of(({ durationMs }) => durationMs / 1000),
    costUSD: of((run) => costOfUsage([...usageOfRun(run), ...scaled], pricing).total),
    lambdaGbS: of(gbSeconds),
    coldStarts: of(({ coldStarts }) => coldStarts),
    peakConcurrency: of(({ peakConcurrency }) => peakConcurrency),
    throttles: of(({ throttles }) => throttles),
    states: statesOf(middle),
    dispatchMs: starts.length === 0 ? 0 : greatest(starts) - least(starts),
    longestChildMs: greatest(middle.children.map(({ startMs, endMs }) => endMs - startMs)),
    risks,
  };
}

const greatest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
const least = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

function intervalOf(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length * 0.05);
  return { p50: sorted[sorted.length >> 1]!, low: sorted[cut]!, high: sorted[sorted.length - 1 - cut]! };
}

const gbSeconds = (run: SimulatedRun): number =>
  run.invocations.reduce(
    (total, { memorySizeMB, billedMs }) => total + (memorySizeMB / 1024) * (billedMs / 1000),
    0,
  );

/** Lambda and Step Functions of a simulated run: the start, states entered and children started are transitions. */
function usageOfRun(run: SimulatedRun): UsageLine[] {
  const line = (part: UsageLine['part'], price: UsageLine['price'], quantity: number): UsageLine => ({
    part,
    price,
    quantity,
    state: '',
    scale: 'execution',
  });
  const standardChildren = run.children.length - run.expressRequests;
  return [
    line('lambda', 'lambdaGbSecond', gbSeconds(run)),
    line('lambda', 'lambdaRequest', run.invocations.length + run.throttles),
    line('stepFunctions', 'standardTransition', 1 + standardChildren + run.transitions),
    line('stepFunctions', 'expressRequest', run.expressRequests),
  ];
}

/** Time between entering and leaving each state of the execution, in order. */
function statesOf({ history }: SimulatedRun): PredictionSummary['states'] {
  const entered = new Map<string, number>();
  const states: PredictionSummary['states'] = [];
  for (const event of history) {
    const name = nameOf(event, 'stateEnteredEventDetails');
    if (name !== undefined) entered.set(name, event.atMs);
    const left = nameOf(event, 'stateExitedEventDetails');
    const began = left === undefined ? undefined : entered.get(left);
    if (left !== undefined && began !== undefined)
      states.push({ state: left, durationMs: event.atMs - began });
  }
  return states;
}

function nameOf({ detailsKey, details }: SimulatedRun['history'][number], key: string): string | undefined {
  const name = detailsKey === key && details ? (details as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}
