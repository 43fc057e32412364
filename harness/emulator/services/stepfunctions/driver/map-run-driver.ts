/**
 * Drives one Map Run: reads items, starts children, writes results, as the pure planner (asl/map-run.ts) says.
 *
 * Invariants: the parent is told of the run's start before anything else and of its end exactly once; after an
 * abort nothing of the run goes on.
 */
import type { StartMapRun } from '../../../../asl/effects.ts';
import { createMapRun, type MapRunState, mapRunStep } from '../../../../asl/map-run.ts';
import type { MapRunEffect, MapRunEvent } from '../../../../asl/map-run-events.ts';
import { uuid } from '../../../../core/ids.ts';
import { invariant } from '../../../../core/invariant.ts';
import type { Random } from '../../../../core/random.ts';
import type { ExecutionHandle, StepFunctionsContext } from '../context.ts';
import { itemsAfter, readItems } from '../item-readers/index.ts';
import type { ItemChunk } from '../item-readers/item-reader.ts';
import { ItemReaderFailure } from '../item-readers/item-reader-failure.ts';
import { mapRunRefusal, objectsOf } from '../own-calls.ts';
import { ResultWriterFailure, writeResults } from '../result-writer/result-writer.ts';
import { type Execution, isOpen, type MapRun } from '../store/execution.ts';
import type { ExecutionFact, ExecutionLog } from '../store/execution-log.ts';
import type { Feed } from './events.ts';
import { applyTo, childFailure, itemRandom, mapRunOf } from './map-run-of.ts';
import { ReplayedMapRun } from './replayed-work.ts';
import { savedMapRunEvent, wholeMapRunEvent } from './saved-events.ts';
import { STEP_ALLOWANCE } from './step-allowance.ts';

type WithoutTime<E> = E extends unknown ? Omit<E, 'atMs'> : never;
type MapRunEventBody = WithoutTime<MapRunEvent>;

/** Children started before other work gets a turn of the event loop. */
const STARTS_PER_TURN = 250;

export class MapRunDriver {
  readonly #context: StepFunctionsContext;
  readonly #parent: Execution;
  readonly #feedParent: Feed;
  #effect: StartMapRun | undefined;
  #state: MapRunState | undefined;
  #mapRun: MapRun | undefined;
  #items: AsyncGenerator<ItemChunk, void> | undefined;
  /** Items handed over so far: a reader that is opened anew passes over them. */
  #itemsRead = 0;
  readonly #children: Execution[] = [];
  /** Of the children that run or may be redriven. */
  readonly #handles = new Map<number, ExecutionHandle>();
  readonly #effects: MapRunEffect[] = [];
  #working = false;
  #isSuspended = false;
  /** What replayed events left to do. */
  #replayed: ReplayedMapRun | undefined;
  #startsThisTurn = 0;
  #callOff: (() => void) | undefined;

  constructor(context: StepFunctionsContext, parent: Execution, feedParent: Feed) {
    this.#context = context;
    this.#parent = parent;
    this.#feedParent = feedParent;
  }

  /** Starts the run, or redrives it when it was started before. */
  start(effect: StartMapRun): void {
    if (this.#state && this.#mapRun) {
      const mapRun = this.#mapRun;
      mapRun.redriveCount++;
      mapRun.redrivenAtMs = this.#context.env.clock.nowMs();
      mapRun.status = 'RUNNING';
      delete mapRun.stoppedAtMs;
      this.#feedParent({
        kind: 'mapRunStarted',
        mapId: effect.mapId,
        mapRunArn: mapRun.arn,
        redriveCount: mapRun.redriveCount,
      });
      this.#whenOpen();
      return;
    }
    const { env } = this.#context;
    this.#effect = effect;
    const { items: _, ...unread } = effect;
    // The items in hand are not touched either when the children may not be started.
    const refused = mapRunRefusal(this.#context, this.#parent) !== undefined;
    const given = refused ? unread : effect;
    this.#state = this.#createState(given, this.#context.log ? itemRandom(this.#parent, effect) : env.random);
    const arn = this.#context.arns.mapRun(this.#parent.machine.name, effect.label, uuid(env.random));
    this.#mapRun = this.#createMapRun(effect, this.#state, { arn, startedAtMs: env.clock.nowMs() });
    this.#context.executions.addMapRun(this.#mapRun);
    this.#feedParent({ kind: 'mapRunStarted', mapId: effect.mapId, mapRunArn: this.#mapRun.arn });
    this.#whenOpen();
  }

  /** The parent does not want the run any more. */
  abort(): void {
    if (!this.#callOff) {
      this.#feed({ kind: 'abort' });
      return;
    }
    this.#callOff();
    this.#callOff = undefined;
    this.#mapRun!.status = 'ABORTED';
    this.#mapRun!.stoppedAtMs = this.#context.env.clock.nowMs();
  }

  /** Begins, or goes on when it was redriven, as soon as the account's quota of open Map Runs allows. */
  #whenOpen(): void {
    let open = false;
    const callOff = this.#context.mapRunSlots.take(() => {
      open = true;
      this.#callOff = undefined;
      this.#feed({ kind: this.#state?.status === 'NEW' ? 'start' : 'redrive' });
    });
    if (!open) this.#callOff = callOff;
  }

  #createState(effect: StartMapRun, random: Random): MapRunState {
    const { program } = this.#parent.revision;
    return createMapRun(program, effect, random, this.#context.env.limits, STEP_ALLOWANCE);
  }

  #createMapRun(
    effect: StartMapRun,
    state: MapRunState,
    known: { arn: string; startedAtMs: number },
  ): MapRun {
    const update = (limits: object) => this.#feed({ kind: 'update', ...limits });
    return mapRunOf(this.#parent, effect, { ...known, state }, update);
  }

  #feed(event: MapRunEventBody): void {
    const state = this.#state;
    invariant(state, 'a Map Run has begun');
    if (this.#isSuspended) return;
    const now = { ...event, atMs: this.#context.env.clock.nowMs() } as MapRunEvent;
    if (this.#context.log) this.#keep(this.#context.log, now);
    const effects = mapRunStep(state, now);
    for (const effect of effects) this.#effects.push(effect);
    if (!this.#working) this.#work();
  }

  /** Carries out waiting effects; children that end at once add to them. */
  #work(): void {
    this.#working = true;
    this.#startsThisTurn = 0;
    for (let done = 0; ; done++) {
      const effect = this.#effects[done];
      if (!effect) {
        this.#effects.length = 0;
        this.#working = false;
        return;
      }
      this.#carryOut(effect);
      if (this.#startsThisTurn < STARTS_PER_TURN) continue;
      this.#effects.splice(0, done + 1);
      this.#context.env.clock.after(0, () => this.#work());
      return;
    }
  }

  #carryOut(effect: MapRunEffect): void {
    switch (effect.kind) {
      case 'readItems':
        void this.#read();
        return;
      case 'startChild':
        this.#startChild(effect);
        return;
      case 'stopChild':
        this.#handles.get(effect.child)?.stop();
        return;
      case 'evaluate': {
        const { env, fields } = this.#context;
        const release = env.clock.hold();
        void fields.evaluate(effect.field, effect.data).then((outcome) => {
          this.#feed({ kind: 'evaluated', field: effect.field, outcome });
          release();
        });
        return;
      }
      case 'setTimer':
        this.#context.env.clock.after(effect.delayMs, () => this.#feed({ kind: 'timer' }));
        return;
      case 'writeResults':
        void this.#write();
        return;
      case 'finish':
        this.#finish(effect);
    }
  }

  #startChild(effect: Extract<MapRunEffect, { kind: 'startChild' }>): void {
    this.#startsThisTurn++;
    const { child, input, itemCount } = effect;
    const { executionType, label, selection } = this.#effect!;
    const known = this.#handles.get(child);
    const again = known && effect.redriven && known.execution.type === 'STANDARD';
    const group = this.#parent.revision.program.mapsByLabel.get(label)?.processor;
    invariant(group && this.#mapRun, 'the Map of a Map Run is in its program');
    const handle = again
      ? known
      : this.#context.engine.createChild({
          mapRun: this.#mapRun,
          child,
          mapId: this.#effect!.mapId,
          group,
          type: executionType,
          input,
          itemCount,
          variables: selection.variables,
        });
    handle.onFinish((execution) => this.#childEnded(child, execution));
    if (again) {
      handle.redrive();
      return;
    }
    this.#children[child] = handle.execution;
    this.#handles.set(child, handle);
    this.#mapRun.children.set(handle.execution.name, handle.execution);
    handle.start();
  }

  /** @throws the file system's error for new limits: their client is answered, so they have to be written first */
  #keep(log: ExecutionLog, event: MapRunEvent): void {
    const fact: ExecutionFact = { o: 'mapRun', i: this.#effect!.mapId, e: savedMapRunEvent(event) };
    if (event.kind === 'update') log.write(this.#parent, fact);
    else if ('child' in event) log.childEnded(this.#children[event.child]!, this.#parent, fact);
    else log.add(this.#parent, fact);
  }

  /** The run as it was started by an earlier process; its children come next, then `replay`. */
  restore(effect: StartMapRun, known: { arn: string; startedAtMs: number }): MapRun {
    this.#effect = effect;
    this.#state = this.#createState(effect, itemRandom(this.#parent, effect));
    this.#mapRun = this.#createMapRun(effect, this.#state, known);
    this.#context.executions.addMapRun(this.#mapRun);
    return this.#mapRun;
  }

  /** A child of an earlier process; the last of a number counts. */
  restoreChild(child: number, execution: Execution, handle: ExecutionHandle | undefined): void {
    const before = this.#children[child];
    if (before) this.#mapRun!.children.delete(before.name);
    this.#children[child] = execution;
    this.#mapRun!.children.set(execution.name, execution);
    if (handle) this.#handles.set(child, handle);
    else this.#handles.delete(child);
  }

  /** Brings the run to where events left it; nothing is carried out. */
  replay(events: readonly MapRunEvent[]): void {
    const mapRun = this.#mapRun!;
    const replayed = new ReplayedMapRun();
    this.#replayed = replayed;
    for (const event of events) {
      const { evaluating } = replayed;
      replayed.event(event);
      if (event.kind === 'items') this.#itemsRead += event.items.length;
      applyTo(mapRun, event);
      const whole = wholeMapRunEvent(event, evaluating?.field, this.#children);
      for (const effect of mapRunStep(this.#state!, whole)) {
        replayed.effect(effect);
        if (effect.kind !== 'finish') continue;
        mapRun.status = effect.status;
        mapRun.stoppedAtMs = event.atMs;
      }
    }
  }

  /** Goes on where the events left the run. */
  resume(): void {
    const replayed = this.#replayed;
    this.#replayed = undefined;
    if (this.#state?.status === 'NEW' || !replayed) {
      this.#whenOpen();
      return;
    }
    const { finish } = replayed;
    this.#context.mapRunSlots.take(() => {
      if (finish) this.#finish(finish);
      else this.#goOn(replayed);
    });
  }

  #goOn({ starts, isReading, isTimerSet, isWriting, evaluating }: ReplayedMapRun): void {
    if (evaluating) this.#carryOut(evaluating);
    for (const [child, effect] of starts) {
      const execution = this.#children[child];
      const handle = this.#handles.get(child);
      if (execution && !isOpen(execution)) this.#childEnded(child, execution);
      else if (execution?.type === 'STANDARD' && handle)
        handle.onFinish((ended) => this.#childEnded(child, ended));
      else {
        // It never began; or nothing is known of how far it came: EXPRESS children run at least once.
        if (execution) this.#mapRun!.children.delete(execution.name);
        this.#handles.delete(child);
        this.#startChild({ ...effect, redriven: false });
      }
    }
    if (isReading) void this.#read();
    if (isTimerSet) this.#feed({ kind: 'timer' });
    if (isWriting) void this.#write();
  }

  /** The emulator goes down. */
  suspend(): void {
    this.#isSuspended = true;
  }

  #childEnded(child: number, execution: Execution): void {
    const { status, error, cause, history } = execution;
    if (status === 'SUCCEEDED') {
      this.#handles.delete(child);
      this.#feed({ kind: 'childSucceeded', child, outputText: history.output ?? 'null' });
      return;
    }
    this.#feed({ kind: 'childFailed', child, ...childFailure({ status, error, cause }) });
  }

  async #read(): Promise<void> {
    const { itemReader } = this.#effect!;
    const refused = this.#itemsRead === 0 ? mapRunRefusal(this.#context, this.#parent) : undefined;
    if (refused) {
      this.#feed({ kind: 'readFailed', ...refused });
      return;
    }
    if (!itemReader) {
      this.#feed({ kind: 'itemsEnd' });
      return;
    }
    const { env } = this.#context;
    const objects = objectsOf(this.#context, this.#parent.revision.roleArn);
    const release = env.clock.hold();
    try {
      this.#items ??= itemsAfter(readItems(itemReader, { objects, limits: env.limits }), this.#itemsRead);
      const next = await this.#items.next();
      if (!next.done) this.#itemsRead += next.value.items.length;
      this.#feed(next.done ? { kind: 'itemsEnd' } : { kind: 'items', ...next.value });
    } catch (error) {
      this.#items = undefined;
      const known = error instanceof ItemReaderFailure;
      if (!known) env.log(`internal error in an ItemReader: ${String(error)}`);
      const cause = known ? error.message : 'The emulator failed to read the items.';
      this.#feed({ kind: 'readFailed', error: 'States.ItemReaderFailed', cause });
    } finally {
      release();
    }
  }

  async #write(): Promise<void> {
    const { resultWriter } = this.#effect!;
    const { env } = this.#context;
    const state = this.#state!;
    const release = env.clock.hold();
    try {
      const outputText = await writeResults(
        resultWriter ?? {},
        {
          mapRun: this.#mapRun!,
          children: this.#children,
          pending: state.queue.slice(state.queueHead).map((input) => input.text),
        },
        objectsOf(this.#context, this.#parent.revision.roleArn),
      );
      this.#feed({ kind: 'resultsWritten', outputText });
    } catch (error) {
      const known = error instanceof ResultWriterFailure;
      if (!known)
        env.log(
          `internal error in a ResultWriter: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      const cause = known ? error.message : 'The emulator failed to write the results.';
      this.#feed({ kind: 'writeFailed', error: 'States.ResultWriterFailed', cause });
    } finally {
      release();
    }
  }

  #finish(finish: Extract<MapRunEffect, { kind: 'finish' }>): void {
    const mapRun = this.#mapRun!;
    const { mapId } = this.#effect!;
    mapRun.status = finish.status;
    mapRun.stoppedAtMs = this.#context.env.clock.nowMs();
    void this.#items?.return(undefined);
    this.#items = undefined;
    this.#context.mapRunSlots.release();
    if (finish.status === 'ABORTED') return;
    if (finish.status === 'SUCCEEDED') {
      this.#feedParent({ kind: 'mapRunSucceeded', mapId, outputText: finish.outputText });
      return;
    }
    this.#feedParent({
      kind: 'mapRunFailed',
      mapId,
      error: finish.error ?? 'States.Runtime',
      ...(finish.cause === undefined ? {} : { cause: finish.cause }),
    });
  }
}
