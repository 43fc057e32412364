/**
 * Drives one execution: feeds events to the interpreter and carries out its effects. The only place that awaits
 * for it is the integration it calls; everything here happens in one turn of the event loop.
 *
 * Invariants: events are fed one after another, never inside a step; after `finish` nothing is running for the
 * execution; a task's outcome is delivered at most once.
 */
import type {
  Effect,
  EvaluateField,
  ExecutionEvent,
  Finish,
  InvokeTask,
  StartMapRun,
} from '../../../../asl/effects.ts';
import type { ExecutionState } from '../../../../asl/execution.ts';
import type { HistoryEvent } from '../../../../asl/history.ts';
import { step } from '../../../../asl/step.ts';
import type { Cancel } from '../../../../core/clock.ts';
import type { ExecutionHandle, FinishListener, StepFunctionsContext } from '../context.ts';
import { deliverLog } from '../logging.ts';
import type { StatesMetrics } from '../metrics/states-metrics.ts';
import { isTaskEvent, type OpenTasks } from '../metrics/task-values.ts';
import { type Execution, isOpen } from '../store/execution.ts';
import type { ExecutionLog } from '../store/execution-log.ts';
import type { EventBody, Feed } from './events.ts';
import { MapRunDriver } from './map-run-driver.ts';
import { reattachTask } from './reattach-task.ts';
import { ReplayedWork, type TaskProgress } from './replayed-work.ts';
import { type Outlets, runTask } from './run-task.ts';
import { savedEvent } from './saved-events.ts';

export class ExecutionDriver implements ExecutionHandle {
  readonly execution: Execution;
  readonly #context: StepFunctionsContext;
  readonly #state: ExecutionState;
  readonly #changed: FinishListener;
  readonly #log: ExecutionLog | undefined;
  #stepping = false;
  #isSuspended = false;
  /** What replayed events left to do. */
  #replayed: ReplayedWork | undefined;
  #queue: ExecutionEvent[] = [];
  /** Transitions already charged to the account's bucket. */
  #charged = 0;
  #tasks: Map<number, AbortController> | undefined;
  #timers: Map<number, Cancel> | undefined;
  #mapRuns: Map<number, MapRunDriver> | undefined;
  /** For metrics. */
  #openTasks: OpenTasks | undefined;
  #heartbeatMissing = false;
  #onFinish: FinishListener[] = [];

  /** `changed` is told of every status: of RUNNING first, of an end before the listeners. */
  constructor(
    context: StepFunctionsContext,
    execution: Execution,
    state: ExecutionState,
    changed: FinishListener,
  ) {
    this.#context = context;
    this.#changed = changed;
    this.execution = execution;
    this.#state = state;
    this.#log = execution.type === 'STANDARD' ? context.log : undefined;
  }

  /** Calls `listener` once, when the execution ends. */
  onFinish(listener: FinishListener): void {
    this.#onFinish.push(listener);
  }

  start(): void {
    this.#changed(this.execution);
    this.feed({ kind: 'start' });
  }

  stop(error?: string, cause?: string, isAnswered = false): void {
    const event: EventBody = {
      kind: 'stop',
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    if (isAnswered) this.#accept(event);
    this.#feedNow(event);
  }

  /**
   * Keeps an event that is about to be fed and whose sender is answered.
   * @throws the file system's error; the event is not to be fed then
   */
  #accept(event: EventBody): void {
    const e = { ...event, atMs: this.#context.env.clock.nowMs() } as ExecutionEvent;
    this.#log?.write(this.execution, { o: 'accepted', e });
  }

  /**
   * Brings the execution to where events left it: nothing is carried out. `onEvent` is called with the index of each
   * event before it is fed.
   */
  replay(events: readonly ExecutionEvent[], onEvent: (index: number) => void): void {
    this.#replayed = new ReplayedWork();
    const { program } = this.execution.revision;
    let finish: { effect: Finish; atMs: number } | undefined;
    for (const [index, event] of events.entries()) {
      onEvent(index);
      this.#replayed.event(event);
      for (const effect of step(program, this.#state, event)) {
        if (effect.kind === 'record') this.execution.history.push(effect.event);
        else if (effect.kind === 'finish') finish = { effect, atMs: event.atMs };
        else this.#replayed.effect(effect, event.atMs);
      }
      if (event.kind === 'redrive') finish = undefined;
    }
    // Its end is not in the log where the write of its last event was cut short.
    if (finish && isOpen(this.execution)) endAs(this.execution, finish.effect, finish.atMs);
    else if (finish) this.execution.history.setOutput(finish.effect.output);
    this.#charged = this.#state.transitions;
  }

  /** Map Runs as the events left them, by id, with the effects that started and redrove each. */
  get replayedMapRuns(): ReadonlyMap<number, readonly StartMapRun[]> {
    return this.#replayed?.mapRuns ?? new Map();
  }

  /** Hands over the Map Run of an id, as it was left. */
  restoreMapRun(mapId: number, create: (feed: Feed) => MapRunDriver): void {
    this.#mapRuns ??= new Map();
    this.#mapRuns.set(
      mapId,
      create((event) => this.feed(event)),
    );
  }

  /** Goes on where the events left the execution; `accepted` are outcomes that came and were not fed yet. */
  resume(accepted: readonly ExecutionEvent[]): void {
    const work = this.#replayed;
    this.#replayed = undefined;
    if (!work) return;
    const nowMs = this.#context.env.clock.nowMs();
    for (const [timerId, { dueMs, untilMs }] of work.timers)
      this.#setTimer({
        kind: 'setTimer',
        timerId,
        delayMs: Math.max(dueMs - nowMs, 0),
        ...(untilMs === undefined ? {} : { untilMs }),
      });
    for (const event of accepted) if (event.kind === 'redrive') this.#feedNow(event);
    const stop = accepted.find(({ kind }) => kind === 'stop');
    if (stop) {
      this.#feedNow(stop);
      return;
    }
    for (const [taskId, task] of work.tasks) {
      const outcome = accepted.find((event) => 'taskId' in event && event.taskId === taskId);
      if (outcome) this.feed(outcome);
      else this.#reattach(task);
    }
    for (const evaluation of work.evaluations.values()) this.#evaluate(evaluation);
    if (work.isYielding) this.feed({ kind: 'resume' });
    for (const [mapId, effects] of work.mapRuns) {
      const open = this.#state.open.get(mapId);
      const driver = this.#mapRuns?.get(mapId);
      if (open?.kind !== 'mapRun') continue;
      if (driver) driver.resume();
      else this.#carryOut(effects.at(-1)!);
    }
    if (work.isNew) this.feed({ kind: 'start' });
  }

  /** The emulator goes down, and goes on with the execution when it is started again: no event counts any more. */
  suspend(): void {
    this.#isSuspended = true;
    for (const mapRun of this.#mapRuns?.values() ?? []) mapRun.suspend();
  }

  /** Calls off what a suspended execution waits for. */
  release(): void {
    for (const cancel of this.#timers?.values() ?? []) cancel();
    for (const controller of this.#tasks?.values() ?? []) controller.abort();
    this.#timers?.clear();
    this.#tasks?.clear();
  }

  redrive(isAnswered = false): void {
    const { execution } = this;
    const event: EventBody = { kind: 'redrive', redriveCount: execution.redriveCount + 1 };
    if (isAnswered) this.#accept(event);
    execution.redriveCount++;
    execution.redrivenAtMs = this.#context.env.clock.nowMs();
    execution.status = 'RUNNING';
    delete execution.stoppedAtMs;
    delete execution.error;
    delete execution.cause;
    this.#changed(execution);
    this.feed(event);
  }

  /** Feeds an event as soon as the account's transition rate allows. */
  feed(event: EventBody, again = false): void {
    const waitMs = this.execution.type === 'EXPRESS' ? 0 : this.#context.transitions.waitMs();
    if (waitMs === 0) {
      this.#feedNow(event);
      return;
    }
    if (!again) this.#context.metrics?.throttled(this.execution);
    this.#context.env.clock.after(waitMs, () => this.feed(event, true));
  }

  #feedNow(body: EventBody): void {
    if (this.#isSuspended) return;
    const event = { ...body, atMs: this.#context.env.clock.nowMs() } as ExecutionEvent;
    if (this.#stepping) {
      this.#queue.push(event);
      return;
    }
    this.#stepping = true;
    try {
      let next: ExecutionEvent | undefined = event;
      while (next) {
        if (next.kind === 'start') this.#log?.begin(this.execution, next);
        else this.#log?.add(this.execution, { o: 'event', e: savedEvent(next) });
        this.#heartbeatMissing = next.kind === 'timer' && this.#purposeOf(next.timerId) === 'heartbeat';
        for (const effect of step(this.execution.revision.program, this.#state, next)) this.#carryOut(effect);
        next = this.#queue.shift();
      }
    } finally {
      this.#stepping = false;
    }
    this.#charge();
  }

  #purposeOf(timerId: number): string | undefined {
    const work = this.#state.open.get(timerId);
    return work?.kind === 'timer' ? work.purpose : undefined;
  }

  #charge(): void {
    const entered = this.#state.transitions - this.#charged;
    if (entered === 0) return;
    this.#charged = this.#state.transitions;
    if (this.execution.type === 'STANDARD') this.#context.transitions.take(entered);
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'record':
        this.execution.history.push(effect.event);
        if (this.#context.metrics && isTaskEvent(effect.event))
          this.#meter(this.#context.metrics, effect.event);
        if (this.execution.revision.logging.level !== 'OFF')
          deliverLog(this.#context, this.execution, effect.event);
        return;
      case 'invokeTask':
        this.#invoke(effect);
        return;
      case 'cancelTask':
        this.#tasks?.get(effect.taskId)?.abort();
        this.#tasks?.delete(effect.taskId);
        return;
      case 'setTimer':
        this.#setTimer(effect);
        return;
      case 'cancelTimer':
        this.#timers?.get(effect.timerId)?.();
        this.#timers?.delete(effect.timerId);
        return;
      case 'startMapRun': {
        this.#mapRuns ??= new Map();
        const known = this.#mapRuns.get(effect.mapId);
        const driver = known ?? new MapRunDriver(this.#context, this.execution, (event) => this.feed(event));
        this.#mapRuns.set(effect.mapId, driver);
        driver.start(effect);
        return;
      }
      case 'cancelMapRun':
        this.#mapRuns?.get(effect.mapId)?.abort();
        return;
      case 'evaluate':
        this.#evaluate(effect);
        return;
      case 'yield':
        // A turn of the event loop for the others; the charge of this step may make it longer.
        this.#context.env.clock.after(0, () => this.feed({ kind: 'resume' }));
        return;
      case 'finish':
        this.#finish(effect);
        return;
    }
  }

  #evaluate({ evaluationId, field, data }: EvaluateField): void {
    const { env, fields } = this.#context;
    const release = env.clock.hold();
    void fields.evaluate(field, data).then((outcome) => {
      this.feed({ kind: 'evaluated', evaluationId, outcome });
      release();
    });
  }

  #meter(metrics: StatesMetrics, event: HistoryEvent): void {
    this.#openTasks ??= new Map();
    metrics.taskEvent(this.#openTasks, event, this.#heartbeatMissing);
  }

  #setTimer({ timerId, delayMs, untilMs }: Extract<Effect, { kind: 'setTimer' }>): void {
    const { clock } = this.#context.env;
    const fire = () => {
      this.#timers?.delete(timerId);
      this.feed({ kind: 'timer', timerId });
    };
    this.#timers ??= new Map();
    this.#timers.set(timerId, untilMs === undefined ? clock.after(delayMs, fire) : clock.at(untilMs, fire));
  }

  #invoke(task: InvokeTask): void {
    this.#attach(task, runTask);
  }

  #reattach(progress: TaskProgress): void {
    this.#attach(progress.task, (context, execution, _task, outlets) =>
      reattachTask(context, execution, progress, outlets),
    );
  }

  #attach(task: InvokeTask, run: typeof runTask): void {
    const controller = new AbortController();
    this.#tasks ??= new Map();
    this.#tasks.set(task.taskId, controller);
    const { taskId } = task;
    const outlets: Outlets = {
      signal: controller.signal,
      accept: (event) => this.#accept(event),
      feed: (event) => {
        if (this.#tasks?.get(taskId) === controller) this.feed(event);
      },
      settle: (event) => {
        if (this.#tasks?.get(taskId) !== controller) return;
        this.#tasks.delete(taskId);
        this.feed(event);
      },
    };
    const begin = () => {
      if (this.#tasks?.get(taskId) === controller) void run(this.#context, this.execution, task, outlets);
    };
    // What led here is durable before the world hears of it.
    if (!this.#log || this.#isWritten(this.#log)) {
      begin();
      return;
    }
    const release = this.#context.env.clock.hold();
    void this.#log.durable().then(begin).finally(release);
  }

  /** Whether all that led here is as durable as asked; writes it where that is enough. */
  #isWritten(log: ExecutionLog): boolean {
    try {
      log.flush();
    } catch {
      return false;
    }
    return log.isDurable;
  }

  #finish(finish: Finish): void {
    const { execution } = this;
    endAs(execution, finish, this.#context.env.clock.nowMs());
    execution.history.close();
    // Map Runs ask for the outputs of their children when they are replayed.
    this.#context.log?.end(execution, execution.mapRun ? finish.output : undefined);
    const listeners = this.#onFinish;
    this.#onFinish = [];
    this.#changed(execution);
    for (const listener of listeners) listener(execution);
  }
}

function endAs(execution: Execution, { status, error, cause, output }: Finish, atMs: number): void {
  execution.status = status;
  execution.stoppedAtMs = atMs;
  if (error !== undefined) execution.error = error;
  if (cause !== undefined) execution.cause = cause;
  execution.history.setOutput(output);
}
