/**
 * What happened to STANDARD executions, in the order in which it happened: their starts, and every event that was fed to
 * the interpreter. The interpreter is deterministic, so that the events give the execution back, its history included.
 * Events between two effects outside are written together: a pure transition costs nothing.
 *
 * Kept only where the state folder outlives the emulator. EXPRESS executions are not kept but as children of Map Runs,
 * which start them again when they were interrupted (docs/decisions/0017).
 *
 * Invariant: the records of an execution are numbered from 0 without a gap, so that a missing one is found.
 */
import type { ExecutionEvent } from '../../../../asl/effects.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import type { Clock } from '../../../../core/clock.ts';
import type { Journal } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import { type Execution, withChildren } from './execution.ts';
import type { MachineRevision } from './machine.ts';

/** An execution as it was started. What a child has of its parent is left out, and so is what its ARN says. */
export interface SavedStart {
  arn: string;
  /** Number of a revision record; the parent's where it is left out. */
  revision?: number;
  versionArn?: string;
  aliasArn?: string;
  traceHeader?: string;
  testCase?: string;
  /** The task that started it: `NUMBER/TASK` of the parent. */
  startedBy?: string;
  startedAtMs: number;
  input: string;
  /** Of its randomness; the names of children are random themselves. */
  seed?: string;
  /** Of the child of a Map Run: number of the parent, id of the Map Run, which child, its items, JSON of its variables. */
  child?: { parent: number; mapId: number; child: number; itemCount: number; variables?: string };
}

export type SavedRevision = Omit<MachineRevision, 'program'>;

/** What is kept of one execution. */
export type ExecutionFact =
  /** `atMs`: the start was also the first event, at this time. */
  | { o: 'start'; x: SavedStart; atMs?: number }
  | { o: 'event'; e: ExecutionEvent }
  /** The interpreter asked for an activity during the event before, and there was none. */
  | { o: 'noActivity'; arn: string }
  /** An outcome that was acknowledged, and is an event as soon as the rate of transitions allows. */
  | { o: 'accepted'; e: ExecutionEvent }
  /** Outputs of children are left out: they are the children's. */
  | { o: 'mapRun'; i: number; e: MapRunEvent }
  /** `toldMs`: the Map Run of this child was told at this time. */
  | {
      o: 'end';
      toldMs?: number;
      status: Execution['status'];
      atMs: number;
      error?: string;
      cause?: string;
      output?: string;
    };

/** `n` is the number of an execution, its `sequence`; `k` is the index of the record among the execution's own. */
export type LogRecord =
  | { o: 'revision'; r: number; revision: SavedRevision }
  | (ExecutionFact & { n: number; k: number })
  | { o: 'drop'; n: number };

/** A write that the disk refused is tried again after this time. */
const AGAIN_MS = 1_000;
/** How the record of an execution ends; a damaged line may hold several. */
const NUMBER_OF_EXECUTION = /"n":(\d+),"k":\d+\}/g;
/** Records that are dead before the file is rewritten. */
const COMPACT_DEAD_RECORDS = 20_000;

export class ExecutionLog {
  readonly #state: ServiceState;
  readonly #journal: Journal;
  readonly #clock: Clock;
  #revisions = new Map<MachineRevision, number>();
  #lastRevision = 0;
  #waiting: LogRecord[] = [];
  #isFlushSet = false;
  /** Records of executions that are still known. */
  #live = 0;

  /** `onRecord` is called for everything that is kept. */
  constructor(state: ServiceState, clock: Clock, onRecord: (record: LogRecord) => void) {
    this.#state = state;
    this.#clock = clock;
    this.#journal = state.openJournal<LogRecord>('executions', (record) => {
      if (record.o === 'revision') this.#lastRevision = Math.max(this.#lastRevision, record.r);
      onRecord(record);
    });
  }

  /** Numbers of the executions whose records were damaged, as far as the damage lets them be read. */
  *damagedNumbers(): Generator<number, void> {
    for (const bytes of this.#journal.damagedBytes()) {
      for (const [, number] of bytes.toString('latin1').matchAll(NUMBER_OF_EXECUTION)) yield Number(number);
    }
  }

  /** Whether all that was added is as durable as asked. */
  get isDurable(): boolean {
    return this.#waiting.length === 0 && this.#journal.isSynced;
  }

  /** Adds what is written at the end of this turn, or with the next `write`. */
  add(execution: Execution, fact: ExecutionFact): void {
    this.#add({ ...fact, n: execution.sequence, k: execution.recordCount++ });
    this.#live++;
  }

  /** Writes `fact` behind what was added. @throws the file system's error; `fact` is not kept then */
  write(execution: Execution, fact: ExecutionFact): void {
    this.#write([{ ...fact, n: execution.sequence, k: execution.recordCount }]);
    execution.recordCount++;
    this.#live++;
  }

  /** Writes what was added. @throws the file system's error */
  flush(): void {
    if (this.#waiting.length > 0) this.#write([]);
  }

  /** Resolves when all that was added is as durable as asked; the disk may make it wait. */
  async durable(): Promise<void> {
    while (!this.isDurable) {
      try {
        this.flush();
        await this.#journal.synced();
        return;
      } catch (error) {
        if (!this.#state.reportFailure(error)) throw error;
        await new Promise<void>((resolve) => void this.#clock.after(AGAIN_MS, resolve));
      }
    }
  }

  /** Adds the first event of an execution: to its start, where that waits still. */
  begin(execution: Execution, event: Extract<ExecutionEvent, { kind: 'start' }>): void {
    const last = this.#waiting.at(-1);
    if (last?.o === 'start' && last.n === execution.sequence) last.atMs = event.atMs;
    else this.add(execution, { o: 'event', e: event });
  }

  /** Adds the end of a child to the events of its Map Run: to its own end, where that waits still. */
  childEnded(child: Execution, parent: Execution, fact: Extract<ExecutionFact, { o: 'mapRun' }>): void {
    const last = this.#waiting.at(-1);
    if (last?.o === 'end' && last.n === child.sequence) last.toldMs = fact.e.atMs;
    else this.add(parent, fact);
  }

  /** Adds the end of an execution. */
  end(execution: Execution, output?: string): void {
    const { status, stoppedAtMs = 0, error, cause, mapRun, type } = execution;
    if (type === 'EXPRESS' && !mapRun) return;
    this.add(execution, {
      o: 'end',
      status,
      atMs: stoppedAtMs,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      ...(output === undefined ? {} : { output }),
    });
  }

  /** Forgets an execution, and its children with it. */
  drop(execution: Execution): void {
    this.#add({ o: 'drop', n: execution.sequence });
    for (const { recordCount } of withChildren(execution)) this.#live -= recordCount;
  }

  /** The number of a revision, which is kept when it is first asked for. */
  revisionNumber(revision: MachineRevision): number {
    const known = this.#revisions.get(revision);
    if (known !== undefined) return known;
    const r = ++this.#lastRevision;
    const { program: _, ...saved } = revision;
    this.#add({ o: 'revision', r, revision: saved });
    this.#revisions.set(revision, r);
    return r;
  }

  /** A revision that was read from the log. */
  knowRevision(revision: MachineRevision, number: number): void {
    this.#revisions.set(revision, number);
  }

  /** Counts what was read from the log and is still known. */
  knowLive(count: number): void {
    this.#live += count;
  }

  /** Rewrites the file without the records of executions that are not in `known`, once most of it is of no use. */
  async compactIfWorthwhile(known: () => Iterable<Execution>): Promise<void> {
    const dead = this.#journal.records - this.#live;
    // Nothing is swept while anything is damaged: executions may be unknown because their machine is.
    if (this.#state.hasDamage) return;
    if (dead > Math.max(COMPACT_DEAD_RECORDS, this.#live)) await this.#compact(known);
  }

  async #compact(known: () => Iterable<Execution>): Promise<void> {
    try {
      await this.#journal.compact(() =>
        filtered(this.#journal.slices<LogRecord>(), this.#liveAmong([...known()])),
      );
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
    }
  }

  /** Which records are of use; revisions that no execution has are kept again when they are next used. */
  #liveAmong(executions: readonly Execution[]): (record: LogRecord) => boolean {
    const numbers = new Set(executions.map(({ sequence }) => sequence));
    const used = new Set(executions.map(({ revision }) => revision));
    this.#revisions = new Map([...this.#revisions].filter(([revision]) => used.has(revision)));
    const revisions = new Set(this.#revisions.values());
    return (record) => {
      if (record.o === 'revision') return revisions.has(record.r);
      return record.o !== 'drop' && numbers.has(record.n);
    };
  }

  /** Writes what is left; the disk may refuse it. */
  close(): void {
    try {
      this.flush();
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
    }
    this.#waiting = [];
  }

  #add(record: LogRecord): void {
    this.#waiting.push(record);
    if (this.#isFlushSet) return;
    this.#isFlushSet = true;
    afterThisTurn(() => {
      this.#isFlushSet = false;
      this.#flushOrRetry();
    });
  }

  #write(records: readonly LogRecord[]): void {
    this.#journal.write([...this.#waiting, ...records]);
    this.#waiting = [];
  }

  #flushOrRetry(): void {
    try {
      this.flush();
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
      this.#clock.after(AGAIN_MS, () => this.#flushOrRetry());
    }
  }
}

/** Requests are served between the slices. */
async function* filtered(
  slices: Iterable<LogRecord[]>,
  isLive: (record: LogRecord) => boolean,
): AsyncGenerator<LogRecord[], void> {
  for (const slice of slices) {
    yield slice.filter(isLive);
    await new Promise<void>((resolve) => afterThisTurn(resolve));
  }
}
