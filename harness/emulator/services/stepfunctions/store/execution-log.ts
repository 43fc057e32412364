/**
 * What happened to STANDARD executions, in the order in which it happened: their starts, and every event that was fed to
 * the interpreter. The interpreter is deterministic, so that the events give the execution back, its history included.
 * Events between two effects outside are written together: a pure transition costs nothing.
 *
 * Kept only where the state folder outlives the emulator. EXPRESS executions are not kept but as children of Map Runs,
 * which start them again when they were interrupted (docs/decisions/0016).
 */
import type { ExecutionEvent } from '../../../../asl/effects.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import { afterThisTurn } from '../../../../core/after-this-turn.ts';
import type { Journal } from '../../../state/journal.ts';
import type { ServiceState } from '../../../state/service-state.ts';
import type { Execution } from './execution.ts';
import type { MachineRevision } from './machine.ts';

/** An execution as it was started. */
export interface SavedStart {
  arn: string;
  name: string;
  type: Execution['type'];
  machineArn: string;
  /** Number of a revision record. */
  revision: number;
  versionArn?: string;
  aliasArn?: string;
  traceHeader?: string;
  testCase?: string;
  /** The task that started it: `NUMBER/TASK` of the parent. */
  startedBy?: string;
  startedAtMs: number;
  input: string;
  /** Of its randomness. */
  seed: string;
  /** Of the child of a Map Run: number of the parent, id of the Map Run, which child, its items, JSON of its variables. */
  child?: { parent: number; mapId: number; child: number; itemCount: number; variables: string };
}

export type SavedRevision = Omit<MachineRevision, 'program'>;

/** `n` is the number of an execution, its `sequence`. */
export type LogRecord =
  | { o: 'revision'; r: number; revision: SavedRevision }
  | { o: 'start'; n: number; x: SavedStart }
  | { o: 'event'; n: number; e: ExecutionEvent }
  /** The interpreter asked for an activity during the event before, and there was none. */
  | { o: 'noActivity'; n: number; arn: string }
  /** An outcome that was acknowledged, and is an event as soon as the rate of transitions allows. */
  | { o: 'accepted'; n: number; e: ExecutionEvent }
  /** Outputs of children are left out: they are the children's. */
  | { o: 'mapRun'; n: number; i: number; e: MapRunEvent }
  | {
      o: 'end';
      n: number;
      status: Execution['status'];
      atMs: number;
      error?: string;
      cause?: string;
      output?: string;
    }
  | { o: 'drop'; n: number };

/** A write that the disk refused is tried again after this time. */
const AGAIN_MS = 1_000;

export class ExecutionLog {
  readonly #state: ServiceState;
  readonly #journal: Journal;
  readonly #after: (delayMs: number, work: () => void) => void;
  readonly #revisions = new WeakMap<MachineRevision, number>();
  #lastRevision = 0;
  #waiting: LogRecord[] = [];
  #isFlushSet = false;

  /** `onRecord` is called for everything that is kept. */
  constructor(
    state: ServiceState,
    after: (delayMs: number, work: () => void) => void,
    onRecord: (record: LogRecord) => void,
  ) {
    this.#state = state;
    this.#after = after;
    this.#journal = state.openJournal<LogRecord>('executions', (record) => {
      if (record.o === 'revision') this.#lastRevision = Math.max(this.#lastRevision, record.r);
      onRecord(record);
    });
  }

  /** Records in the file. */
  get records(): number {
    return this.#journal.records;
  }

  /** Whether all that was added is as durable as asked. */
  get isDurable(): boolean {
    return this.#waiting.length === 0 && this.#journal.isSynced;
  }

  /** Adds what is written at the end of this turn, or with the next `write`. */
  add(record: LogRecord): void {
    this.#waiting.push(record);
    if (this.#isFlushSet) return;
    this.#isFlushSet = true;
    afterThisTurn(() => {
      this.#isFlushSet = false;
      this.#flushOrRetry();
    });
  }

  /** Writes records behind those that were added. @throws the file system's error; `records` are not kept then */
  write(records: readonly LogRecord[]): void {
    this.#journal.write([...this.#waiting, ...records]);
    this.#waiting = [];
  }

  /** Resolves when all that was added is as durable as asked; the disk may make it wait. */
  async durable(): Promise<void> {
    while (!this.isDurable) {
      try {
        this.write([]);
        await this.#journal.synced();
        return;
      } catch (error) {
        if (!this.#state.reportFailure(error)) throw error;
        await new Promise<void>((resolve) => this.#after(AGAIN_MS, resolve));
      }
    }
  }

  /** Adds the end of an execution. */
  end({ sequence, status, stoppedAtMs = 0, error, cause, mapRun, type }: Execution, output?: string): void {
    if (type === 'EXPRESS' && !mapRun) return;
    this.add({
      o: 'end',
      n: sequence,
      status,
      atMs: stoppedAtMs,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      ...(output === undefined ? {} : { output }),
    });
  }

  /** The number of a revision, which is kept when it is first asked for. */
  revisionNumber(revision: MachineRevision): number {
    const known = this.#revisions.get(revision);
    if (known !== undefined) return known;
    const r = ++this.#lastRevision;
    const { program: _, ...saved } = revision;
    this.add({ o: 'revision', r, revision: saved });
    this.#revisions.set(revision, r);
    return r;
  }

  /** A revision that was read from the log. */
  knowRevision(revision: MachineRevision, number: number): void {
    this.#revisions.set(revision, number);
  }

  /** Rewrites the file as `records` and what is added meanwhile. */
  async compact(records: () => Iterable<readonly LogRecord[]>): Promise<void> {
    try {
      await this.#journal.compact(async function* () {
        for (const slice of records()) {
          yield slice;
          await new Promise<void>((resolve) => afterThisTurn(resolve));
        }
      });
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
    }
  }

  /** Writes what is left; the disk may refuse it. */
  close(): void {
    try {
      if (this.#waiting.length > 0) this.write([]);
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
    }
    this.#waiting = [];
  }

  #flushOrRetry(): void {
    if (this.#waiting.length === 0) return;
    try {
      this.write([]);
    } catch (error) {
      if (!this.#state.reportFailure(error)) throw error;
      this.#after(AGAIN_MS, () => this.#flushOrRetry());
    }
  }
}
