import {
  cutChildren,
  joinOutputs,
  newContainer,
  recordIteration,
  restartChild,
  startChild,
} from '../child-flows.ts';
import { JsonText } from '../data/json-text.ts';
import { finishWork, scopeOf, takeInput } from '../data-flow.ts';
import { forgetEvaluated, resumable, settled } from '../defer.ts';
import {
  type ContainerAttempt,
  type Flow,
  type Machine,
  type MapItem,
  type Outcome,
  PENDING,
  type StateRun,
} from '../execution.ts';
import { recordAside, recordInFlow } from '../history-writer.ts';
import type { CompiledMap } from '../program.ts';
import { exceedsTolerance, THRESHOLD_EXCEEDED } from '../tolerance.ts';
import type { StateHandler } from './handler.ts';
import { takeItems, takeMaxConcurrency, takeTolerance, toleranceOf } from './map-fields.ts';

/**
 * Iterations an inline Map runs at once, whatever MaxConcurrency says.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 */
const MAX_CONCURRENT_ITERATIONS = 40;

/** Iterations run within the execution and write into its history. */
export const mapInline: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledMap;
    run.container = undefined;
    const scope = takeInput(machine, run);
    const items = takeItems(machine, state, scope);
    const maxConcurrency = takeMaxConcurrency(machine, state, scope);
    const takenTolerance = settled(() => takeTolerance(machine, state, scope));
    const startedEventId = recordInFlow(machine, run.flow, 'MapStateStarted', 'mapStateStartedEventDetails', {
      length: items.values.length,
    });
    const tolerated = takenTolerance();
    const container = newContainer(startedEventId);
    container.items = items.values;
    container.maxConcurrency = Math.min(
      maxConcurrency || MAX_CONCURRENT_ITERATIONS,
      MAX_CONCURRENT_ITERATIONS,
    );
    container.toleratedCount = tolerated.count;
    container.toleratedPercentage = tolerated.percentage;
    run.container = container;
    return startIterations(machine, run, container, startedEventId);
  },

  childDone(machine, run, child): Outcome {
    const { container } = run;
    if (!container) return PENDING;
    run.flow.lastEventId = recordIteration(machine, child, 'MapIterationSucceeded', child.lastEventId);
    return oneMoreDone(machine, run, container, child);
  },

  childFailed(machine, run, child, failure): Outcome {
    const { container } = run;
    if (!container) return PENDING;
    container.failedCount++;
    const tolerated = toleranceOf(container);
    const fatal = exceedsTolerance(tolerated, container.failedCount, container.items.length);
    if (fatal) cutChildren(machine, run, child.lastEventId);
    const failedId = failure.terminal
      ? child.lastEventId
      : recordIteration(machine, child, 'MapIterationFailed', child.lastEventId);
    if (!fatal) {
      run.flow.lastEventId = failedId;
      return oneMoreDone(machine, run, container, child);
    }
    run.flow.lastEventId = child.lastEventId;
    const tolerates = tolerated.count !== undefined || tolerated.percentage !== undefined;
    return {
      kind: 'fail',
      failure: tolerates ? { ...failure, ...THRESHOLD_EXCEEDED, terminal: false } : failure,
    };
  },

  redrive(machine, run): Outcome {
    const { container } = run;
    if (!container) return mapInline.start(machine, run);
    container.failedCount = 0;
    container.activeCount = 0;
    container.restarts = container.children.filter((child) => child.status !== 'done');
    container.doneCount = container.children.length - container.restarts.length;
    return startIterations(machine, run, container, container.startedEventId);
  },
};

/** Starts iterations up to the limit; ends the state when none is left. */
function startIterations(
  machine: Machine,
  run: StateRun,
  container: ContainerAttempt,
  previousEventId: number,
): Outcome {
  // The iterations after the one whose item is evaluated elsewhere follow it.
  if (run.deferred?.goOn) return PENDING;
  return resumable(machine, run, (later) => startMore(later, run, container, previousEventId));
}

function startMore(
  machine: Machine,
  run: StateRun,
  container: ContainerAttempt,
  previousEventId: number,
): Outcome {
  const { children, items, restarts } = container;
  if (container.doneCount === items.length) return allDone(machine, run, container);
  while (container.activeCount < container.maxConcurrency) {
    const again = restarts.shift();
    if (again) restartChild(machine, container, again);
    else if (children.length < items.length) startIteration(machine, run, container, previousEventId);
    else break;
  }
  return PENDING;
}

function startIteration(
  machine: Machine,
  run: StateRun,
  container: ContainerAttempt,
  previousEventId: number,
): void {
  const state = run.state as CompiledMap;
  const index = container.children.length;
  const value = container.items[index];
  if (value === undefined) return;
  const item: MapItem = { index, value };
  const input = state.itemSelector ? state.itemSelector(scopeOf(machine, run, run.effective, item)) : value;
  // The next item has a value of its own.
  forgetEvaluated(run);
  const flow = startChild(
    machine,
    run,
    container,
    state.processor,
    new JsonText(input),
    previousEventId,
    item,
  );
  flow.lastEventId = recordIteration(machine, flow, 'MapIterationStarted', previousEventId);
}

function oneMoreDone(machine: Machine, run: StateRun, container: ContainerAttempt, child: Flow): Outcome {
  container.doneCount++;
  container.activeCount--;
  return startIterations(machine, run, container, child.lastEventId);
}

function allDone(machine: Machine, run: StateRun, container: ContainerAttempt): Outcome {
  recordAside(machine, run.flow, 'MapStateSucceeded');
  return finishWork(machine, run, joinOutputs(container.children));
}
