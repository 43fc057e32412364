/** What an execution owed the world, or the world to it, when its events ended: gathered while they are replayed. */

import type {
  Effect,
  EvaluateField,
  ExecutionEvent,
  InvokeTask,
  StartMapRun,
} from '../../../../asl/effects.ts';
import type { MapRunEffect, MapRunEvent } from '../../../../asl/map-run-events.ts';

/** A task that has no outcome yet. */
export interface TaskProgress {
  task: InvokeTask;
  isStarted: boolean;
  /** The answer that its request got. */
  submitted?: string;
}

export class ReplayedWork {
  readonly tasks = new Map<number, TaskProgress>();
  /** `dueMs` is in milliseconds since the epoch: the time between two processes is the wall clock's. */
  readonly timers = new Map<number, { dueMs: number; untilMs?: number }>();
  readonly mapRuns = new Map<number, StartMapRun[]>();
  readonly evaluations = new Map<number, EvaluateField>();
  /** The last step had used up its transitions. */
  isYielding = false;
  isNew = true;

  event(event: ExecutionEvent): void {
    this.isNew = false;
    this.isYielding = false;
    if (event.kind === 'timer') this.timers.delete(event.timerId);
    if (event.kind === 'evaluated') this.evaluations.delete(event.evaluationId);
    if (!('taskId' in event)) return;
    const progress = this.tasks.get(event.taskId);
    if (!progress) return;
    if (event.kind === 'taskStarted') progress.isStarted = true;
    else if (event.kind === 'taskSubmitted') progress.submitted = event.output;
    else if (event.kind !== 'taskHeartbeat') this.tasks.delete(event.taskId);
  }

  effect(effect: Effect, atMs: number): void {
    switch (effect.kind) {
      case 'invokeTask':
        this.tasks.set(effect.taskId, { task: effect, isStarted: false });
        return;
      case 'cancelTask':
        this.tasks.delete(effect.taskId);
        return;
      case 'setTimer': {
        const { timerId, delayMs, untilMs } = effect;
        this.timers.set(timerId, { dueMs: atMs + delayMs, ...(untilMs === undefined ? {} : { untilMs }) });
        return;
      }
      case 'cancelTimer':
        this.timers.delete(effect.timerId);
        return;
      case 'startMapRun':
        this.mapRuns.set(effect.mapId, [...(this.mapRuns.get(effect.mapId) ?? []), effect]);
        return;
      case 'evaluate':
        this.evaluations.set(effect.evaluationId, effect);
        return;
      case 'yield':
        this.isYielding = true;
    }
  }
}

/** The same of a Map Run. */
export class ReplayedMapRun {
  /** Children that have started and not ended. */
  readonly starts = new Map<number, Extract<MapRunEffect, { kind: 'startChild' }>>();
  isReading = false;
  isTimerSet = false;
  isWriting = false;
  finish: Extract<MapRunEffect, { kind: 'finish' }> | undefined;
  evaluating: Extract<MapRunEffect, { kind: 'evaluate' }> | undefined;

  event(event: MapRunEvent): void {
    switch (event.kind) {
      case 'items':
      case 'itemsEnd':
      case 'readFailed':
        this.isReading = false;
        return;
      case 'childSucceeded':
      case 'childFailed':
        this.starts.delete(event.child);
        return;
      case 'timer':
        this.isTimerSet = false;
        return;
      case 'resultsWritten':
      case 'writeFailed':
        this.isWriting = false;
        return;
      case 'evaluated':
        this.evaluating = undefined;
        return;
      case 'redrive':
        this.finish = undefined;
    }
  }

  effect(effect: MapRunEffect): void {
    switch (effect.kind) {
      case 'readItems':
        this.isReading = true;
        return;
      case 'startChild':
        this.starts.set(effect.child, effect);
        return;
      case 'stopChild':
        this.starts.delete(effect.child);
        return;
      case 'setTimer':
        this.isTimerSet = true;
        return;
      case 'writeResults':
        this.isWriting = true;
        return;
      case 'evaluate':
        this.evaluating = effect;
        return;
      case 'finish':
        this.finish = effect;
    }
  }
}
