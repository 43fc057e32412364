/**
 * Drives one execution: feeds events to the interpreter and carries out its effects. The only place that awaits
 * for it is the integration it calls; everything here happens in one turn of the event loop.
 *
 * Invariants: events are fed one after another, never inside a step; after `finish` nothing is running for the
 * execution; a task's outcome is delivered at most once.
 */
import type { Effect, EvaluateField, ExecutionEvent, Finish, InvokeTask } from '../../../../asl/effects.ts';
import type { ExecutionState } from '../../../../asl/execution.ts';
import type { HistoryEvent } from '../../../../asl/history.ts';
import { step } from '../../../../asl/step.ts';
import type { Cancel } from '../../../../core/clock.ts';
import type { ExecutionHandle, FinishListener, StepFunctionsContext } from '../context.ts';
import { deliverLog } from '../logging.ts';
import type { StatesMetrics } from '../metrics/states-metrics.ts';
import { isTaskEvent, type OpenTasks } from '../metrics/task-values.ts';
import type { Execution } from '../store/execution.ts';
import type { EventBody } from './events.ts';
import { MapRunDriver } from './map-run-driver.ts';
import { runTask } from './run-task.ts';

export class ExecutionDriver implements ExecutionHandle {
  readonly execution: Execution;
  readonly #context: StepFunctionsContext;
  readonly #state: ExecutionState;
  readonly #changed: FinishListener;
  #stepping = false;
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
  }

  /** Calls `listener` once, when the execution ends. */
  onFinish(listener: FinishListener): void {
    this.#onFinish.push(listener);
  }

  start(): void {
    this.#changed(this.execution);
    this.feed({ kind: 'start' });
  }

  stop(error?: string, cause?: string): void {
    this.#feedNow({
      kind: 'stop',
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
  }

  redrive(): void {
    const { execution } = this;
    execution.redriveCount++;
    execution.redrivenAtMs = this.#context.env.clock.nowMs();
    execution.status = 'RUNNING';
    delete execution.stoppedAtMs;
    delete execution.error;
    delete execution.cause;
    this.#changed(execution);
    this.feed({ kind: 'redrive', redriveCount: execution.redriveCount });
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
    const event = { ...body, atMs: this.#context.env.clock.nowMs() } as ExecutionEvent;
    if (this.#stepping) {
      this.#queue.push(event);
      return;
    }
    this.#stepping = true;
    try {
      let next: ExecutionEvent | undefined = event;
      while (next) {
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
    const controller = new AbortController();
    this.#tasks ??= new Map();
    this.#tasks.set(task.taskId, controller);
    const { taskId } = task;
    void runTask(this.#context, this.execution, task, {
      signal: controller.signal,
      feed: (event) => {
        if (this.#tasks?.get(taskId) === controller) this.feed(event);
      },
      settle: (event) => {
        if (this.#tasks?.get(taskId) !== controller) return;
        this.#tasks.delete(taskId);
        this.feed(event);
      },
    });
  }

  #finish(finish: Finish): void {
    const { execution } = this;
    execution.status = finish.status;
    execution.stoppedAtMs = this.#context.env.clock.nowMs();
    if (finish.error !== undefined) execution.error = finish.error;
    if (finish.cause !== undefined) execution.cause = finish.cause;
    execution.history.setOutput(finish.output);
    execution.history.close();
    const listeners = this.#onFinish;
    this.#onFinish = [];
    this.#changed(execution);
    for (const listener of listeners) listener(execution);
  }
}
