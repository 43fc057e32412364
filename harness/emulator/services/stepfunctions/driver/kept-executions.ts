/**
 * The executions of earlier processes: gathered from the log when the service opens, listed at once, and continued when
 * the emulator listens. Those that have ended are replayed when their history is asked for.
 *
 * An execution with a missing record, or one of whose children has one, is reported and left out: what its events led
 * to is not known.
 */

import { compile } from '../../../../asl/compile.ts';
import type { ExecutionEvent, StartMapRun } from '../../../../asl/effects.ts';
import type { MapRunEvent } from '../../../../asl/map-run-events.ts';
import type { StepFunctionsContext } from '../context.ts';
import { type Execution, isOpen, type MapRun } from '../store/execution.ts';
import type { SavedRevision } from '../store/execution-log.ts';
import type { MachineRevision, StateMachine } from '../store/machine.ts';
import type { Engine } from './engine.ts';
import type { ExecutionDriver } from './execution-driver.ts';
import type { KeptExecution, KeptRecords } from './kept-records.ts';
import { MapRunDriver } from './map-run-driver.ts';

/** Items in hand were not touched where the role was refused the run. */
function asRead(effect: StartMapRun, events: readonly MapRunEvent[]): StartMapRun {
  const { items: _, ...unread } = effect;
  return !effect.itemReader && events.some(({ kind }) => kind === 'readFailed') ? unread : effect;
}

interface RestoredMapRun {
  driver: MapRunDriver;
  mapRun: MapRun;
  events: readonly MapRunEvent[];
}

export class KeptExecutions {
  readonly #context: StepFunctionsContext;
  readonly #engine: Engine;
  readonly #revisions: ReadonlyMap<number, SavedRevision>;
  readonly #compiled = new Map<number, MachineRevision>();
  readonly #open = new Map<Execution, { driver: ExecutionDriver; accepted: readonly ExecutionEvent[] }>();
  /** By `PARENT/MAP`, parents before their children. */
  readonly #mapRuns = new Map<string, RestoredMapRun>();
  readonly #leftOut = new Set<Execution>();

  /** Lists everything that is kept, but for what is retained no longer. */
  constructor(context: StepFunctionsContext, engine: Engine, records: KeptRecords) {
    this.#context = context;
    this.#engine = engine;
    this.#revisions = records.revisions;
    const { executions, retention, log } = context;
    const ended: Execution[] = [];
    executions.passSequence(records.lastSequence);
    for (const sequence of log?.damagedNumbers() ?? []) records.lose(sequence);
    for (const kept of records.whole((text) => context.env.state.reportDamage(text))) {
      const execution = this.#restore(kept);
      if (!execution) continue;
      log?.knowLive(kept.recordCount);
      if (!isOpen(execution) && !execution.mapRun) ended.push(execution);
    }
    for (const { driver, mapRun, events } of this.#mapRuns.values())
      if (!this.#leftOut.has(mapRun.parent)) this.#reported(mapRun.parent, () => driver.replay(events));
    this.#mapRuns.clear();
    ended.sort((a, b) => (a.stoppedAtMs ?? 0) - (b.stoppedAtMs ?? 0));
    for (const execution of ended) if (!this.#leftOut.has(execution)) retention.add(execution);
    engine.forgetExpired();
    void log?.compactIfWorthwhile(() => executions.known());
  }

  /** Goes on with those that ran. */
  resume(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { driver, accepted } of open) driver.resume(accepted);
  }

  /** Does what may fail for an execution, which is reported and left out then, and its parents with it. */
  #reported(execution: Execution, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      const { env, executions } = this.#context;
      env.state.reportDamage(
        `the execution ${execution.arn} cannot be replayed and is left out: ${String(error)}`,
      );
      for (let one: Execution | undefined = execution; one; one = one.mapRun?.parent) {
        this.#open.delete(one);
        this.#leftOut.add(one);
        executions.remove(one);
      }
      return false;
    }
  }

  /** Nothing of an execution whose machine is gone, or whose parent was left out. */
  #restore(kept: KeptExecution): Execution | undefined {
    const { machines, arns, executions, histories } = this.#context;
    const { start, end, redriven, sequence } = kept;
    const { arn, versionArn, aliasArn, traceHeader, startedBy, startedAtMs } = start;
    const [, , , , , kind, machineName = '', name = ''] = arn.split(':');
    const type = kind === 'express' ? 'EXPRESS' : 'STANDARD';
    const family = start.child && this.#mapRuns.get(`${start.child.parent}/${start.child.mapId}`);
    const parent = family?.mapRun.parent;
    if (start.child && (!parent || this.#leftOut.has(parent))) return undefined;
    const machine = parent?.machine ?? machines.find(arns.stateMachine(machineName));
    const revision = parent?.revision ?? (machine && this.#revisionOf(machine, start.revision!));
    const testCase = parent?.testCase ?? start.testCase;
    if (!machine || !revision) return undefined;
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
      history: histories.open(start.input),
      recordCount: kept.recordCount,
    };
    let driver: ExecutionDriver | undefined;
    if (type === 'EXPRESS') execution.history.setOutput(end?.output);
    else if (
      !this.#reported(execution, () => {
        driver = this.#replay(execution, kept);
      })
    )
      return undefined;
    if (start.child) family?.driver.restoreChild(start.child.child, execution, driver);
    else executions.add(execution);
    return execution;
  }

  /** The driver of an execution that goes on; of one that has ended the events are replayed when they are asked for. */
  #replay(execution: Execution, kept: KeptExecution): ExecutionDriver | undefined {
    const { start, end, events, missing, mapRuns } = kept;
    let index = 0;
    const replay = (): ExecutionDriver => {
      execution.history.begin(start.input);
      const hasActivity = (arn: string) => !missing.get(index)?.includes(arn);
      const restored = this.#engine.restore(execution, start, hasActivity);
      restored.replay(events, (now) => {
        index = now;
      });
      return restored;
    };
    if (!isOpen(execution) && mapRuns.size === 0) {
      const output = end?.output === undefined ? {} : { output: end.output };
      execution.history.defer({ input: start.input, ...output, replay });
      this.#engine.knowEnded(execution);
      return undefined;
    }
    const driver = replay();
    for (const [mapId, [first]] of driver.replayedMapRuns) {
      const effect = first && asRead(first, mapRuns.get(mapId) ?? []);
      const started = events.find((event) => event.kind === 'mapRunStarted' && event.mapId === mapId);
      if (!effect || started?.kind !== 'mapRunStarted') continue;
      driver.restoreMapRun(mapId, (feed) => {
        const mapRunDriver = new MapRunDriver(this.#context, execution, feed);
        const mapRun = mapRunDriver.restore(effect, { arn: started.mapRunArn, startedAtMs: started.atMs });
        this.#mapRuns.set(`${execution.sequence}/${mapId}`, {
          driver: mapRunDriver,
          mapRun,
          events: mapRuns.get(mapId) ?? [],
        });
        return mapRunDriver;
      });
    }
    if (isOpen(execution)) this.#open.set(execution, { driver, accepted: kept.accepted });
    return driver;
  }

  /** One of the machine's own where it is the same, so that requests find it. */
  #revisionOf(machine: StateMachine, number: number): MachineRevision | undefined {
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
      const { env } = this.#context;
      const { program } = compile(saved.definition, { type: machine.type });
      if (!program) {
        env.warn(`stepfunctions: executions of an earlier definition of ${machine.arn} cannot be used here.`);
        return undefined;
      }
      revision = { ...saved, program };
    }
    this.#compiled.set(number, revision);
    this.#context.log?.knowRevision(revision, number);
    return revision;
  }
}
