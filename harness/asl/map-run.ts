/**
 * The run of a Distributed Map as a pure state machine: which children to start and when, what their ends come to.
 * The driver reads items, runs children, writes results, and feeds events; it keeps the children themselves.
 *
 * Owns: the queue of inputs, the count of children by status, the outputs while they may still fit the payload
 * quota. Invariants: (1) never more children active than `maxConcurrency` (and the quota) allow; (2) a child is
 * started at most once, and once more by each redrive if it had not succeeded; (3) after `finish` no effect
 * follows until a redrive; (4) no more than `READ_AHEAD` inputs wait beyond those in hand.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
import type { Json } from '../core/json.ts';
import type { Allowance } from '../core/jsonata/bounds.ts';
import type { AwsLimits } from '../core/limits.ts';
import type { Random } from '../core/random.ts';
import { STATE_DATA } from './context-object.ts';
import { Deferred } from './data/deferred.ts';
import type { StartMapRun } from './effects.ts';
import { type Failure, failureOf } from './failure.ts';
import { type Batcher, type ChildInput, createBatcher, flush, takeItem } from './map-run-batches.ts';
import type { MapRunEffect, MapRunEvent } from './map-run-events.ts';
import {
  type Child,
  type ChildStatus,
  emptyTally,
  mapRunCounts,
  setStatus,
  type Tally,
} from './map-run-tally.ts';
import type { CompiledMap, Program } from './program.ts';
import { exceedsTolerance, THRESHOLD_EXCEEDED } from './tolerance.ts';

export interface MapRunState {
  readonly start: StartMapRun;
  readonly limits: AwsLimits;
  readonly batcher: Batcher;
  readonly stepAllowance: Readonly<Allowance> | undefined;
  /** The next item's ItemSelector is being evaluated elsewhere. */
  deferred: boolean;
  status: 'NEW' | 'RUNNING' | 'WRITING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  maxConcurrency: number;
  toleratedFailureCount: number | undefined;
  toleratedFailurePercentage: number | undefined;
  /** Items in hand, not yet batched. */
  items: Json[];
  itemsHead: number;
  reading: boolean;
  readEnded: boolean;
  /** Inputs of children to start; those to be started again carry their number. */
  queue: ChildInput[];
  queueHead: number;
  again: number[];
  children: Child[];
  /** Children started so far by status, and the items in them. */
  readonly executionTally: Tally;
  readonly itemTally: Tally;
  /** Items in the queue's inputs. */
  queuedItems: number;
  /** Starts that the rate allows now, and when that was last reckoned. */
  credit: number;
  creditAtMs: number;
  timerSet: boolean;
  /** Output texts by child, as long as they may fit the payload quota. */
  outputs: Map<number, string>;
  outputBytes: number;
  resultsWritten: boolean;
  failure: Failure | undefined;
}

/** Inputs prepared ahead of the children that run. */
const READ_AHEAD = 1_000;

/** The rate is granted in slices of a tenth of a second, so that a timer starts many children. */
const SLICES_PER_SECOND = 10;

/** A run that has not begun; feed `start`. `map` is the Map state the effect names. */
export function createMapRun(
  program: Program,
  start: StartMapRun,
  random: Random,
  limits: AwsLimits,
  stepAllowance?: Readonly<Allowance>,
): MapRunState {
  const map = program.mapsByLabel.get(start.label) as CompiledMap;
  return {
    start,
    limits,
    batcher: createBatcher(start, map, random, limits),
    stepAllowance,
    deferred: false,
    status: 'NEW',
    maxConcurrency: start.maxConcurrency,
    toleratedFailureCount: start.toleratedFailureCount,
    toleratedFailurePercentage: start.toleratedFailurePercentage,
    items: start.items ?? [],
    itemsHead: 0,
    reading: false,
    readEnded: start.items !== undefined,
    queue: [],
    queueHead: 0,
    again: [],
    children: [],
    executionTally: emptyTally(),
    itemTally: emptyTally(),
    queuedItems: 0,
    credit: 0,
    creditAtMs: Number.NEGATIVE_INFINITY,
    timerSet: false,
    outputs: new Map(),
    outputBytes: 0,
    resultsWritten: false,
    failure: undefined,
  };
}

/** Feeds one event. Events for children that have ended, or after the end, have no effects. */
export function mapRunStep(run: MapRunState, event: MapRunEvent): MapRunEffect[] {
  const effects: MapRunEffect[] = [];
  run.batcher.allowance = run.stepAllowance && { ...run.stepAllowance };
  if (event.kind === 'start' && run.status === 'NEW') run.status = 'RUNNING';
  else if (event.kind === 'redrive') redrive(run);
  else if (run.status === 'RUNNING') react(run, event, effects);
  else if (run.status === 'WRITING') onWritten(run, event, effects);
  if (run.status === 'RUNNING') goOn(run, event.atMs, effects);
  return effects;
}

function react(run: MapRunState, event: MapRunEvent, effects: MapRunEffect[]): void {
  switch (event.kind) {
    case 'items':
      run.reading = false;
      run.items = run.items.slice(run.itemsHead).concat(event.items);
      run.itemsHead = 0;
      run.batcher.source = event.source ?? STATE_DATA;
      run.batcher.keyed = event.keyed ?? false;
      return;
    case 'itemsEnd':
      run.reading = false;
      run.readEnded = true;
      return;
    case 'readFailed':
      run.reading = false;
      fail(run, failureOf(event.error, event.cause), effects);
      return;
    case 'childSucceeded':
      childEnded(run, event.child, 'succeeded', event.outputText);
      return;
    case 'childFailed': {
      const statuses = { FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' } as const;
      childEnded(run, event.child, statuses[event.status], undefined);
      return;
    }
    case 'timer':
      run.timerSet = false;
      return;
    case 'evaluated':
      if (!run.deferred) return;
      run.deferred = false;
      run.batcher.evaluated = new Map([[event.field, event.outcome]]);
      return;
    case 'update':
      run.maxConcurrency = event.maxConcurrency ?? run.maxConcurrency;
      run.toleratedFailureCount = event.toleratedFailureCount ?? run.toleratedFailureCount;
      run.toleratedFailurePercentage = event.toleratedFailurePercentage ?? run.toleratedFailurePercentage;
      return;
    case 'abort':
      stopChildren(run, effects);
      run.status = 'ABORTED';
      effects.push({ kind: 'finish', status: 'ABORTED' });
      return;
  }
}

function childEnded(
  run: MapRunState,
  number: number,
  status: ChildStatus,
  outputText: string | undefined,
): void {
  const child = run.children[number];
  if (child?.status !== 'running') return;
  setStatus(run, child, status);
  if (status !== 'succeeded') return;
  child.input = undefined;
  // Beyond the payload quota nothing more is needed to know that the output is too large.
  if (run.start.resultWriter || outputText === undefined || run.outputBytes > run.limits.sfnPayloadBytes)
    return;
  run.outputs.set(number, outputText);
  run.outputBytes += outputText.length + 1;
}

/** Judges failures, prepares inputs, starts children, asks for items, ends the run. */
function goOn(run: MapRunState, atMs: number, effects: MapRunEffect[]): void {
  if (tooManyFailed(run)) {
    fail(run, failureOf(THRESHOLD_EXCEEDED.error, THRESHOLD_EXCEEDED.cause), effects);
    return;
  }
  startChildren(run, atMs, effects);
  if (run.status !== 'RUNNING') return;
  const waiting = waitingInputs(run);
  if (!run.readEnded && !run.reading && waiting < READ_AHEAD && run.itemsHead >= run.items.length) {
    run.reading = true;
    effects.push({ kind: 'readItems' });
  }
  if (
    run.readEnded &&
    waiting === 0 &&
    run.itemsHead >= run.items.length &&
    run.executionTally.running === 0
  ) {
    end(run, effects);
  }
}

function waitingInputs(run: MapRunState): number {
  return run.queue.length - run.queueHead + run.again.length;
}

/** Turns items into inputs until enough wait; a failure of the items fails the run. */
function prepare(run: MapRunState, atMs: number, effects: MapRunEffect[]): void {
  while (!run.deferred && run.queue.length - run.queueHead < READ_AHEAD && run.itemsHead < run.items.length) {
    const taken = takeNextItem(run, atMs, effects);
    if (!taken) return;
    run.itemsHead++;
    if (!Array.isArray(taken)) {
      fail(run, taken, effects);
      return;
    }
    enqueue(run, taken);
  }
  if (run.readEnded && run.itemsHead >= run.items.length) enqueue(run, flush(run.batcher));
}

/** Nothing when the item has to wait for its ItemSelector. */
function takeNextItem(
  run: MapRunState,
  atMs: number,
  effects: MapRunEffect[],
): ReturnType<typeof takeItem> | undefined {
  try {
    return takeItem(run.batcher, run.items[run.itemsHead] as Json, atMs);
  } catch (thrown) {
    if (!(thrown instanceof Deferred)) throw thrown;
    run.deferred = true;
    effects.push({ kind: 'evaluate', field: thrown.field, data: thrown.data });
    return undefined;
  }
}

function enqueue(run: MapRunState, inputs: ChildInput[]): void {
  for (const input of inputs) {
    run.queue.push(input);
    run.queuedItems += input.itemCount;
  }
}

function startChildren(run: MapRunState, atMs: number, effects: MapRunEffect[]): void {
  const quota = run.limits.sfnMapRunConcurrentChildren;
  const most = run.maxConcurrency > 0 ? Math.min(run.maxConcurrency, quota) : quota;
  for (;;) {
    if (run.again.length === 0 && run.queueHead >= run.queue.length) prepare(run, atMs, effects);
    if (run.status !== 'RUNNING' || waitingInputs(run) === 0 || run.executionTally.running >= most) return;
    if (!granted(run, atMs, effects)) return;
    startNext(run, effects);
  }
}

function startNext(run: MapRunState, effects: MapRunEffect[]): void {
  const again = run.again.shift();
  const known = again === undefined ? undefined : run.children[again];
  if (again !== undefined && known) {
    setStatus(run, known, 'running');
    const { input = 'null', itemCount } = known;
    effects.push({ kind: 'startChild', child: again, input, itemCount, redriven: true });
    return;
  }
  const { text, itemCount } = run.queue[run.queueHead++] as ChildInput;
  if (run.queueHead >= run.queue.length) {
    run.queue = [];
    run.queueHead = 0;
  }
  run.queuedItems -= itemCount;
  const child = run.children.push({ status: 'running', itemCount, input: text }) - 1;
  run.executionTally.running++;
  run.itemTally.running += itemCount;
  effects.push({ kind: 'startChild', child, input: text, itemCount, redriven: false });
}

/** Takes one start from the rate's credit, or sets the timer for when there is some again. */
function granted(run: MapRunState, atMs: number, effects: MapRunEffect[]): boolean {
  const { sfnExpressChildrenPerSecond, sfnStandardChildrenPerSecond } = run.limits;
  const perSecond =
    run.start.executionType === 'EXPRESS' ? sfnExpressChildrenPerSecond : sfnStandardChildrenPerSecond;
  if (!Number.isFinite(perSecond)) return true;
  const slice = Math.max(perSecond / SLICES_PER_SECOND, 1);
  const earned = ((atMs - run.creditAtMs) / 1000) * perSecond;
  run.credit = Math.min(run.credit + Math.max(earned, 0), slice);
  // The clock may have been set back.
  run.creditAtMs = atMs;
  if (run.credit >= 1) {
    run.credit--;
    return true;
  }
  if (!run.timerSet) {
    run.timerSet = true;
    effects.push({ kind: 'setTimer', delayMs: Math.ceil(((slice - run.credit) / perSecond) * 1000) });
  }
  return false;
}

function tooManyFailed(run: MapRunState): boolean {
  const { failed, timedOut, aborted, total } = mapRunCounts(run, 'items');
  const tolerated = { count: run.toleratedFailureCount, percentage: run.toleratedFailurePercentage };
  const known = run.readEnded && run.itemsHead >= run.items.length;
  // Until all items are known a share of them is not; a count is.
  if (!known && tolerated.count === undefined && tolerated.percentage !== undefined) return false;
  return exceedsTolerance(tolerated, failed + timedOut + aborted, known ? total : Number.POSITIVE_INFINITY);
}

function stopChildren(run: MapRunState, effects: MapRunEffect[]): void {
  run.children.forEach((child, number) => {
    if (child.status !== 'running') return;
    setStatus(run, child, 'aborted');
    effects.push({ kind: 'stopChild', child: number });
  });
}

function fail(run: MapRunState, failure: Failure, effects: MapRunEffect[]): void {
  run.failure = failure;
  stopChildren(run, effects);
  end(run, effects);
}

/** All children have ended: results are written first, also those of a run that failed. */
function end(run: MapRunState, effects: MapRunEffect[]): void {
  if (run.start.resultWriter && (!run.failure || run.children.length > 0)) {
    run.status = 'WRITING';
    effects.push({ kind: 'writeResults' });
    return;
  }
  finish(run, joinedOutputs(run), effects);
}

function finish(run: MapRunState, outputText: string, effects: MapRunEffect[]): void {
  if (run.failure) {
    run.status = 'FAILED';
    const { error, cause } = run.failure;
    effects.push({
      kind: 'finish',
      status: 'FAILED',
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    return;
  }
  run.status = 'SUCCEEDED';
  effects.push({ kind: 'finish', status: 'SUCCEEDED', outputText });
}

function onWritten(run: MapRunState, event: MapRunEvent, effects: MapRunEffect[]): void {
  if (event.kind === 'resultsWritten') {
    run.resultsWritten = true;
    finish(run, event.outputText, effects);
  } else if (event.kind === 'writeFailed') {
    run.failure ??= failureOf(event.error, event.cause);
    finish(run, '[]', effects);
  } else if (event.kind === 'abort') {
    run.status = 'ABORTED';
    effects.push({ kind: 'finish', status: 'ABORTED' });
  }
}

/** Outputs in the order of the items; children that failed within the tolerance have none. */
function joinedOutputs(run: MapRunState): string {
  const texts: string[] = [];
  for (let child = 0; child < run.children.length; child++) {
    const text = run.outputs.get(child);
    if (text !== undefined) texts.push(text);
  }
  return `[${texts.join(',')}]`;
}

/** Children that did not succeed run again, those never started come after them. */
function redrive(run: MapRunState): void {
  if (run.status !== 'FAILED' && run.status !== 'ABORTED') return;
  run.status = 'RUNNING';
  run.failure = undefined;
  run.reading = false;
  run.timerSet = false;
  run.deferred = false;
  run.again = run.children.flatMap(({ status }, number) => (status === 'succeeded' ? [] : [number]));
  for (const number of run.again) {
    const child = run.children[number];
    if (child) setStatus(run, child, 'pending');
  }
}
