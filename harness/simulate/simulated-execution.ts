import type { Effect, ExecutionEvent, InvokeTask } from '../asl/effects.ts';
import type { ExecutionState } from '../asl/execution.ts';
import { step } from '../asl/step.ts';
import { visibleVcpus } from '../core/limits.ts';
import type {
  Driver,
  ExecutionInput,
  ExecutionListeners,
  MapRunInput,
  SimulationContext,
} from './simulation-context.ts';

/** Drives one execution, as the emulator's driver does, on modelled time. */
export class SimulatedExecution implements Driver<ExecutionInput> {
  readonly #simulation: SimulationContext;
  readonly #state: ExecutionState;
  readonly #listeners: ExecutionListeners;
  readonly #inMap: boolean;
  #charged = 0;
  readonly #cancelled = new Set<number>();
  readonly #mapRuns = new Map<number, Driver<MapRunInput>>();
  #stepping = false;
  readonly #pending: ExecutionInput[] = [];

  constructor(
    simulation: SimulationContext,
    state: ExecutionState,
    listeners: ExecutionListeners,
    inMap: boolean,
  ) {
    this.#simulation = simulation;
    this.#state = state;
    this.#listeners = listeners;
    this.#inMap = inMap;
  }

  feed(event: ExecutionInput): void {
    const { queue } = this.#simulation;
    const waitMs = this.#state.type === 'EXPRESS' ? 0 : this.#simulation.transitionWaitMs();
    if (waitMs > 0) {
      queue.after(waitMs, () => this.feed(event));
      return;
    }
    this.#pending.push(event);
    if (this.#stepping) return;
    this.#stepping = true;
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      const timed = { ...next, atMs: queue.nowMs } as ExecutionEvent;
      for (const effect of step(this.#simulation.given.program, this.#state, timed)) this.#carryOut(effect);
    }
    this.#stepping = false;
    const entered = this.#state.transitions - this.#charged;
    this.#charged = this.#state.transitions;
    if (this.#state.type === 'STANDARD' && entered > 0) this.#simulation.chargeTransitions(entered);
  }

  #carryOut(effect: Effect): void {
    const { queue } = this.#simulation;
    switch (effect.kind) {
      case 'record':
        this.#listeners.record?.(effect.event);
        return;
      case 'invokeTask':
        this.#invoke(effect);
        return;
      case 'setTimer':
        queue.after(effect.delayMs, () => {
          if (!this.#cancelled.has(effect.timerId)) this.feed({ kind: 'timer', timerId: effect.timerId });
        });
        return;
      case 'cancelTimer':
        this.#cancelled.add(effect.timerId);
        return;
      case 'cancelTask':
        this.#cancelled.add(effect.taskId);
        return;
      case 'startMapRun': {
        const mapRun = this.#simulation.mapRun(effect, (event) => this.feed(event));
        this.#mapRuns.set(effect.mapId, mapRun);
        mapRun.feed({ kind: 'start' });
        return;
      }
      case 'cancelMapRun':
        this.#mapRuns.get(effect.mapId)?.feed({ kind: 'abort' });
        return;
      case 'yield':
        queue.after(0, () => this.feed({ kind: 'resume' }));
        return;
      case 'finish':
        this.#listeners.finished(effect);
    }
  }

  #invoke(task: InvokeTask): void {
    const { queue, fleet, cores, given, run } = this.#simulation;
    const { taskId } = task;
    const model = given.task(task, this.#inMap, this.#state.init.random);
    const succeed = () => {
      if (this.#cancelled.has(taskId)) return;
      this.feed({ kind: 'taskSucceeded', taskId, outputText: model.outputText });
    };
    if (!model.invocation) {
      queue.after(model.durationMs, succeed);
      return;
    }
    const { functionName, memorySizeMB, initMs, coldMs } = model.invocation;
    const vcpus = visibleVcpus(memorySizeMB);
    cores.take(vcpus, () => {
      const environment = fleet.take(functionName, queue.nowMs);
      if (environment === 'throttled') {
        cores.release(vcpus);
        this.#throttle(taskId);
        return;
      }
      const startMs = queue.nowMs;
      const cold = environment === 'cold';
      const durationMs = model.durationMs + (cold ? initMs + coldMs : 0);
      queue.after(durationMs, () => {
        // The environment is idle before the core goes to the next invocation, which may take it.
        fleet.release(functionName);
        cores.release(vcpus);
        const billedMs = Math.ceil(durationMs);
        run.invocations.push({ functionName, startMs, endMs: queue.nowMs, memorySizeMB, billedMs, cold });
        succeed();
      });
    });
  }

  /** As a task fails whose function has no concurrency left; the machine's own Retry decides. */
  #throttle(taskId: number): void {
    const failed = { error: 'Lambda.TooManyRequestsException', cause: 'Rate Exceeded.' };
    this.#simulation.queue.after(0, () => {
      if (!this.#cancelled.has(taskId)) this.feed({ kind: 'taskFailed', taskId, ...failed });
    });
  }
}
