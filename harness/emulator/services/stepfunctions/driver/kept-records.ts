/** What the log holds of each execution, gathered while it is read, and which of it is whole. */
import type { ExecutionEvent } from '../../../../asl/effects.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import type { ExecutionFact, LogRecord, SavedRevision, SavedStart } from '../store/execution-log.ts';
import { childFailure } from './map-run-of.ts';
import { restoredEvent, restoredMapRunEvent } from './saved-events.ts';

/** What the log holds of one execution. */
export interface KeptExecution {
  sequence: number;
  start: SavedStart;
  events: ExecutionEvent[];
  /** Activities that the interpreter asked for and that did not exist, by the index of the event. */
  missing: Map<number, string[]>;
  /** Outcomes that were acknowledged, and that no event has brought yet. */
  accepted: ExecutionEvent[];
  /** By the id of the Map Run. */
  mapRuns: Map<number, MapRunEvent[]>;
  /** The last redrive. */
  redriven?: Extract<ExecutionEvent, { kind: 'redrive' }>;
  end?: Extract<ExecutionFact, { o: 'end' }>;
  recordCount: number;
  /** No record of it is missing. */
  isWhole: boolean;
}

export class KeptRecords {
  readonly revisions = new Map<number, SavedRevision>();
  readonly #executions = new Map<number, KeptExecution>();
  /** Numbers of executions without a start. */
  readonly #startless = new Set<number>();

  /** The highest number of an execution in the log. */
  lastSequence = 0;

  /** Takes a record of the log, in order. */
  take(record: LogRecord): void {
    if (record.o === 'revision') {
      this.revisions.set(record.r, record.revision);
      return;
    }
    this.lastSequence = Math.max(this.lastSequence, record.n);
    if (record.o === 'drop') {
      this.#executions.delete(record.n);
      this.#startless.delete(record.n);
      return;
    }
    const { n, k } = record;
    if (record.o === 'start') {
      const gathered = { events: [], missing: new Map(), accepted: [], mapRuns: new Map() };
      const execution: KeptExecution = {
        sequence: n,
        start: record.x,
        ...gathered,
        recordCount: 1,
        isWhole: true,
      };
      if (record.atMs !== undefined) execution.events.push({ kind: 'start', atMs: record.atMs });
      this.#executions.set(n, execution);
      return;
    }
    const execution = this.#executions.get(n);
    if (!execution) {
      this.#startless.add(n);
      return;
    }
    if (k !== execution.recordCount) execution.isWhole = false;
    execution.recordCount = k + 1;
    takeFact(execution, record);
    if (record.o === 'end' && record.toldMs !== undefined) this.#tellParent(execution, record, record.toldMs);
  }

  #tellParent({ start }: KeptExecution, end: Extract<ExecutionFact, { o: 'end' }>, atMs: number): void {
    const parent = start.child && this.#executions.get(start.child.parent);
    if (!parent || !start.child) return;
    const { child, mapId } = start.child;
    const { status, error, cause } = end;
    const event: MapRunEvent =
      status === 'SUCCEEDED'
        ? { kind: 'childSucceeded', child, outputText: '', atMs }
        : { kind: 'childFailed', child, ...childFailure({ status, error, cause }), atMs };
    pushTo(parent.mapRuns, mapId, event);
  }

  /** A record of an execution is damaged. */
  lose(sequence: number): void {
    const execution = this.#executions.get(sequence);
    if (execution) execution.isWhole = false;
  }

  /** Complete executions, parents before their children; incomplete ones are passed to `report`. */
  *whole(report: (text: string) => void): Generator<KeptExecution, void> {
    for (const execution of this.#executions.values()) this.#checkChildren(execution);
    // A child with a missing record leaves its parents without one.
    for (const child of [...this.#executions.values()].reverse()) {
      const parent = child.start.child && this.#executions.get(child.start.child.parent);
      if (parent && !child.isWhole) parent.isWhole = false;
    }
    if (this.#startless.size > 0)
      report(`${this.#startless.size} executions have lost their first record and are left out`);
    for (const execution of this.#executions.values()) {
      const { revision } = execution.start;
      if (execution.isWhole && (revision === undefined || this.revisions.has(revision))) yield execution;
      else report(`the execution ${execution.start.arn} has lost a record and is left out`);
    }
  }

  /** Every child that a Map Run was told of must be there. */
  #checkChildren(parent: KeptExecution): void {
    if (this.#startless.size === 0) return;
    for (const [mapId, events] of parent.mapRuns) {
      const ended = new Set(
        events.flatMap((event) => (event.kind === 'childSucceeded' ? [event.child] : [])),
      );
      for (const { start } of this.#executions.values())
        if (start.child?.parent === parent.sequence && start.child.mapId === mapId)
          ended.delete(start.child.child);
      if (ended.size > 0) parent.isWhole = false;
    }
  }
}

function takeFact(execution: KeptExecution, fact: Exclude<ExecutionFact, { o: 'start' }>): void {
  switch (fact.o) {
    case 'event': {
      const { e } = fact;
      execution.events.push(restoredEvent(e));
      execution.accepted = execution.accepted.filter((accepted) => !isSame(accepted, e));
      if (e.kind === 'redrive') redrive(execution, e);
      return;
    }
    case 'noActivity': {
      const index = execution.events.length - 1;
      execution.missing.set(index, [...(execution.missing.get(index) ?? []), fact.arn]);
      return;
    }
    case 'accepted':
      execution.accepted.push(fact.e);
      if (fact.e.kind === 'redrive') redrive(execution, fact.e);
      return;
    case 'mapRun': {
      pushTo(execution.mapRuns, fact.i, restoredMapRunEvent(fact.e));
      return;
    }
    case 'end':
      execution.end = fact;
  }
}

function pushTo<T>(lists: Map<number, T[]>, key: number, one: T): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}

/** Whether an event is the one that was accepted before. */
const isSame = (accepted: ExecutionEvent, event: ExecutionEvent): boolean =>
  accepted.kind === event.kind &&
  (!('taskId' in accepted) || ('taskId' in event && accepted.taskId === event.taskId));

function redrive(execution: KeptExecution, event: Extract<ExecutionEvent, { kind: 'redrive' }>): void {
  execution.redriven = event;
  delete execution.end;
}
