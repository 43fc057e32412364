/**
 * The executions of earlier processes: gathered from the log when the service opens, listed at once, and continued when
 * the emulator listens. Those that have ended are replayed when their history is asked for.
 */

import { compile } from '../../../../asl/compile.ts';
import type { ExecutionEvent, StartMapRun } from '../../../../asl/effects.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import type { StepFunctionsContext } from '../context.ts';
import { type Execution, isOpen, type MapRun } from '../store/execution.ts';
import type { LogRecord, SavedRevision, SavedStart } from '../store/execution-log.ts';
import type { MachineRevision, StateMachine } from '../store/machine.ts';
import type { Engine } from './engine.ts';
import type { ExecutionDriver } from './execution-driver.ts';
import { MapRunDriver } from './map-run-driver.ts';
import { restoredEvent, restoredMapRunEvent, savedEvent, savedMapRunEvent } from './saved-events.ts';

/** What the log holds of one execution. */
interface Entry {
  start: SavedStart;
  events: ExecutionEvent[];
  /** Activities that were missed, by the index of the event. */
  missing: Map<number, string[]>;
  accepted: ExecutionEvent[];
  mapRuns: Map<number, MapRunEvent[]>;
  end?: Extract<LogRecord, { o: 'end' }>;
}

/** Items in hand were not touched where the role was refused the run. */
function asRead(effect: StartMapRun, events: readonly MapRunEvent[]): StartMapRun {
  const { items: _, ...unread } = effect;
  return !effect.itemReader && events.some(({ kind }) => kind === 'readFailed') ? unread : effect;
}

/** Ended executions that are kept, and how long: AWS keeps them for 90 days. */
export interface ExecutionRetention {
  count: number;
  days: number;
}

const DAY_MS = 86_400_000;
/** Records that are dead before the file is rewritten. */
const COMPACT_DEAD_RECORDS = 20_000;

export class KeptExecutions {
  readonly #entries = new Map<number, Entry>();
  readonly #revisions = new Map<number, SavedRevision>();
  readonly #compiled = new Map<number, MachineRevision>();
  readonly #open: { driver: ExecutionDriver; entry: Entry }[] = [];
  readonly #mapRuns = new Map<
    string,
    { driver: MapRunDriver; mapRun: MapRun; events: readonly MapRunEvent[] }
  >();
  #live = 0;

  /** Takes a record of the log, in order. */
  take(record: LogRecord): void {
    if (record.o === 'revision') {
      this.#revisions.set(record.r, record.revision);
      return;
    }
    if (record.o === 'start') {
      const { n, x } = record;
      this.#entries.set(n, { start: x, events: [], missing: new Map(), accepted: [], mapRuns: new Map() });
      return;
    }
    if (record.o === 'drop') {
      this.#entries.delete(record.n);
      return;
    }
    const entry = this.#entries.get(record.n);
    // Its start is damaged, which the operator was told of.
    if (!entry) return;
    switch (record.o) {
      case 'event':
        entry.events.push(restoredEvent(record.e));
        if (record.e.kind === 'redrive') delete entry.end;
        return;
      case 'noActivity': {
        const index = entry.events.length - 1;
        entry.missing.set(index, [...(entry.missing.get(index) ?? []), record.arn]);
        return;
      }
      case 'accepted':
        entry.accepted.push(record.e);
        return;
      case 'mapRun':
        entry.mapRuns.set(record.i, [...(entry.mapRuns.get(record.i) ?? []), restoredMapRunEvent(record.e)]);
        return;
      case 'end':
        entry.end = record;
    }
  }

  /** Lists everything that is kept, and forgets what is older than `retention` allows. */
  restore(context: StepFunctionsContext, engine: Engine, retention: ExecutionRetention): void {
    this.#forgetOld(context, retention);
    for (const [number, entry] of this.#entries) {
      context.executions.passSequence(number);
      this.#restore(context, engine, number, entry);
      this.#live += 2 + entry.events.length;
      for (const events of entry.mapRuns.values()) this.#live += events.length;
    }
    for (const { driver, events } of this.#mapRuns.values()) driver.replay(events);
    this.#mapRuns.clear();
    const { log } = context;
    if (log && log.records - this.#live > Math.max(COMPACT_DEAD_RECORDS, this.#live))
      void log.compact(() => this.#records());
    else this.#release();
  }

  /** Goes on with those that ran. */
  resume(): void {
    for (const { driver, entry } of this.#open.splice(0)) driver.resume(entry.accepted);
  }

  #restore(context: StepFunctionsContext, engine: Engine, sequence: number, entry: Entry): void {
    const { start, end } = entry;
    const machine = context.machines.find(start.machineArn);
    const revision = machine && this.#revisionOf(context, machine, start.revision);
    const family = start.child && this.#mapRuns.get(`${start.child.parent}/${start.child.mapId}`);
    // Executions go with their machine, children with their parent.
    if (!machine || !revision || (start.child && !family)) {
      this.#entries.delete(sequence);
      return;
    }
    const redriven = entry.events.findLast((event) => event.kind === 'redrive');
    const { arn, name, type, versionArn, aliasArn, traceHeader, testCase, startedBy, startedAtMs } = start;
    const execution: Execution = {
      arn,
      name,
      sequence,
      type,
      machine,
      revision,
      ...(versionArn === undefined ? {} : { versionArn }),
      ...(aliasArn === undefined ? {} : { aliasArn }),
      ...(traceHeader === undefined ? {} : { traceHeader }),
      ...(testCase === undefined ? {} : { testCase }),
      ...(startedBy === undefined ? {} : { startedBy }),
      ...(start.child && family ? { mapRun: family.mapRun, itemCount: start.child.itemCount } : {}),
      startedAtMs,
      status: end?.status ?? 'RUNNING',
      ...(end ? { stoppedAtMs: end.atMs } : {}),
      ...(end?.error === undefined ? {} : { error: end.error }),
      ...(end?.cause === undefined ? {} : { cause: end.cause }),
      redriveCount: redriven?.redriveCount ?? 0,
      ...(redriven ? { redrivenAtMs: redriven.atMs } : {}),
      history: context.histories.open(start.input),
    };
    if (!start.child) context.executions.add(execution);
    const driver = type === 'EXPRESS' ? undefined : this.#replay(context, engine, execution, entry);
    if (type === 'EXPRESS' && end?.output !== undefined) execution.history.setOutput(end.output);
    if (start.child) family?.driver.restoreChild(start.child.child, execution, driver);
  }

  /** The driver of an execution that goes on; of one that has ended the events are replayed when they are asked for. */
  #replay(
    context: StepFunctionsContext,
    engine: Engine,
    execution: Execution,
    entry: Entry,
  ): ExecutionDriver | undefined {
    const { start, events, missing, mapRuns } = entry;
    let index = 0;
    const replay = (): ExecutionDriver => {
      execution.history.begin(start.input);
      const hasActivity = (arn: string) => !missing.get(index)?.includes(arn);
      const restored = engine.restore(execution, start, hasActivity);
      restored.replay(events, (now) => {
        index = now;
      });
      return restored;
    };
    if (!isOpen(execution) && mapRuns.size === 0) {
      execution.history.restoreFrom(() => void replay(), 0);
      engine.knowEnded(execution);
      return undefined;
    }
    const driver = replay();
    for (const [mapId, [first]] of driver.replayedMapRuns) {
      const effect = first && asRead(first, mapRuns.get(mapId) ?? []);
      const started = events.find((event) => event.kind === 'mapRunStarted' && event.mapId === mapId);
      if (!effect || started?.kind !== 'mapRunStarted') continue;
      driver.restoreMapRun(mapId, (feed) => {
        const mapRunDriver = new MapRunDriver(context, execution, feed);
        const mapRun = mapRunDriver.restore(effect, { arn: started.mapRunArn, startedAtMs: started.atMs });
        this.#mapRuns.set(`${execution.sequence}/${mapId}`, {
          driver: mapRunDriver,
          mapRun,
          events: mapRuns.get(mapId) ?? [],
        });
        return mapRunDriver;
      });
    }
    if (isOpen(execution)) this.#open.push({ driver, entry });
    return driver;
  }

  /** One of the machine's own where it is the same, so that requests find it. */
  #revisionOf(
    { log, env }: StepFunctionsContext,
    machine: StateMachine,
    number: number,
  ): MachineRevision | undefined {
    const known = this.#compiled.get(number);
    if (known) return known;
    const saved = this.#revisions.get(number);
    if (!saved) return undefined;
    const own = [machine.current, ...[...machine.versions.values()].map(({ revision }) => revision)];
    let revision = own.find(
      (one) =>
        one.createdAtMs === saved.createdAtMs &&
        one.revisionId === saved.revisionId &&
        one.definition === saved.definition,
    );
    if (!revision) {
      const { program } = compile(saved.definition, { type: machine.type });
      if (!program) {
        env.warn(`stepfunctions: executions of an earlier definition of ${machine.arn} cannot be used here.`);
        return undefined;
      }
      revision = { ...saved, program };
    }
    this.#compiled.set(number, revision);
    log?.knowRevision(revision, number);
    return revision;
  }

  #forgetOld({ env, log }: StepFunctionsContext, { count, days }: ExecutionRetention): void {
    const ended = [...this.#entries].filter(([, { start, end }]) => end && !start.child);
    const oldestMs = env.clock.nowMs() - days * DAY_MS;
    const excess = ended.length - count;
    for (const [i, [n, { end }]] of ended.entries()) {
      if (i >= excess && end!.atMs >= oldestMs) continue;
      this.#entries.delete(n);
      log?.add({ o: 'drop', n });
    }
  }

  *#records(): Iterable<LogRecord[]> {
    yield [...this.#compiled.keys()].map((r) => ({ o: 'revision', r, revision: this.#revisions.get(r)! }));
    for (const [n, { start, events, missing, accepted, mapRuns, end }] of this.#entries) {
      const records: LogRecord[] = [{ o: 'start', n, x: start }];
      for (const [i, e] of events.entries()) {
        records.push({ o: 'event', n, e: savedEvent(e) });
        for (const arn of missing.get(i) ?? []) records.push({ o: 'noActivity', n, arn });
      }
      for (const e of accepted) records.push({ o: 'accepted', n, e });
      for (const [i, all] of mapRuns)
        for (const e of all) records.push({ o: 'mapRun', n, i, e: savedMapRunEvent(e) });
      if (end) records.push(end);
      yield records;
    }
    this.#release();
  }

  /** What ended executions need is held by their histories. */
  #release(): void {
    this.#entries.clear();
    this.#revisions.clear();
  }
}
