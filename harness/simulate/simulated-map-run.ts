import type { StartMapRun } from '../asl/effects.ts';
import { createMapRun, type MapRunState, mapRunStep } from '../asl/map-run.ts';
import type { MapRunEffect, MapRunEvent } from '../asl/map-run-events.ts';
import type { Json } from '../core/json.ts';
import {
  type Driver,
  type ExecutionInput,
  type MapRunInput,
  SIMULATED_ARN,
  type SimulationContext,
} from './simulation-context.ts';

/** Drives one Map Run, as the emulator's driver does, on modelled time. */
export class SimulatedMapRun implements Driver<MapRunInput> {
  readonly #simulation: SimulationContext;
  readonly #effect: StartMapRun;
  readonly #feedParent: (event: ExecutionInput) => void;
  readonly #state: MapRunState;
  readonly #running = new Map<number, Driver<ExecutionInput>>();
  readonly #pending: MapRunEffect[] = [];
  #working = false;
  #unread: Json[] | undefined;

  constructor(
    simulation: SimulationContext,
    given: StartMapRun,
    feedParent: (event: ExecutionInput) => void,
  ) {
    const { program, random, limits, children, maxConcurrency } = simulation.given;
    const modelled = children?.(given.label);
    const effect = maxConcurrency === undefined ? given : { ...given, maxConcurrency };
    this.#simulation = simulation;
    this.#feedParent = feedParent;
    this.#unread = modelled;
    if (!modelled) {
      this.#effect = effect;
      this.#state = createMapRun(program, effect, random.fork(effect.label), limits);
      return;
    }
    // The children's inputs are given: the Map's own reading, selecting and batching of items is done.
    const { items: _, itemReader: _reader, itemBatcher: _batcher, ...rest } = effect;
    this.#effect = rest;
    const { itemSelector: _selector, ...map } = program.mapsByLabel.get(effect.label)!;
    const mapsByLabel = new Map(program.mapsByLabel).set(effect.label, map);
    this.#state = createMapRun({ ...program, mapsByLabel }, rest, random.fork(effect.label), limits);
  }

  feed(event: MapRunInput): void {
    if (event.kind === 'start') {
      const { mapId, label } = this.#effect;
      const mapRunArn = `${SIMULATED_ARN}:mapRun:simulated/${label}:1`;
      this.#feedParent({ kind: 'mapRunStarted', mapId, mapRunArn });
    }
    const timed = { ...event, atMs: this.#simulation.queue.nowMs } as MapRunEvent;
    this.#pending.push(...mapRunStep(this.#state, timed));
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) this.#carryOut(next);
    this.#working = false;
  }

  #carryOut(effect: MapRunEffect): void {
    const { queue } = this.#simulation;
    switch (effect.kind) {
      case 'readItems': {
        const items = this.#unread;
        this.#unread = undefined;
        queue.after(0, () => this.feed(items ? { kind: 'items', items } : { kind: 'itemsEnd' }));
        return;
      }
      case 'startChild':
        this.#startChild(effect);
        return;
      case 'stopChild':
        this.#running.get(effect.child)?.feed({ kind: 'stop' });
        return;
      case 'setTimer':
        queue.after(effect.delayMs, () => this.feed({ kind: 'timer' }));
        return;
      case 'writeResults':
        queue.after(0, () => this.feed({ kind: 'resultsWritten', outputText: '{}' }));
        return;
      case 'finish':
        this.#finish(effect);
    }
  }

  #startChild({ child, input }: Extract<MapRunEffect, { kind: 'startChild' }>): void {
    const { queue, run } = this.#simulation;
    const state = this.#simulation.create(`${this.#effect.label}-${child}`, input, this.#effect);
    if (state.type === 'EXPRESS') run.expressRequests++;
    const startMs = queue.nowMs;
    const driver = this.#simulation.execution(
      state,
      {
        finished: ({ status, output, error, cause }) => {
          this.#running.delete(child);
          run.children.push({ startMs, endMs: queue.nowMs, status });
          this.feed(
            status === 'SUCCEEDED'
              ? { kind: 'childSucceeded', child, outputText: output ?? 'null' }
              : {
                  kind: 'childFailed',
                  child,
                  status,
                  ...(error === undefined ? {} : { error }),
                  ...(cause === undefined ? {} : { cause }),
                },
          );
        },
      },
      true,
    );
    this.#running.set(child, driver);
    driver.feed({ kind: 'start' });
  }

  #finish(finish: Extract<MapRunEffect, { kind: 'finish' }>): void {
    const { mapId } = this.#effect;
    if (finish.status === 'ABORTED') return;
    if (finish.status === 'SUCCEEDED') {
      this.#feedParent({ kind: 'mapRunSucceeded', mapId, outputText: finish.outputText });
      return;
    }
    const { error = 'States.Runtime', cause } = finish;
    this.#feedParent({ kind: 'mapRunFailed', mapId, error, ...(cause === undefined ? {} : { cause }) });
  }
}
