import { cutChildren, joinOutputs, newContainer, restartChild, startChild } from '../child-flows.ts';
import { effectiveText, finishWork, takeInput } from '../data-flow.ts';
import { type Machine, type Outcome, PENDING, type StateRun } from '../execution.ts';
import { recordAside, recordInFlow } from '../history-writer.ts';
import { inspect } from '../inspection.ts';
import type { CompiledParallel } from '../program.ts';
import type { StateHandler } from './handler.ts';

export const parallel: StateHandler = {
  start(machine, run): Outcome {
    const state = run.state as CompiledParallel;
    run.container = undefined;
    const scope = takeInput(machine, run);
    const input = state.arguments ? effectiveText(run).carry(state.arguments(scope)) : effectiveText(run);
    inspect(machine, state.queryLanguage === 'JSONata' ? 'afterArguments' : 'afterParameters', input.value);
    const mock = mocked(machine, run);
    if (mock) return mock;
    const startedEventId = recordInFlow(machine, run.flow, 'ParallelStateStarted');
    run.container = newContainer(startedEventId);
    for (const branch of state.branches) {
      startChild(machine, run, run.container, branch, input, startedEventId);
    }
    return state.branches.length === 0 ? allDone(machine, run) : PENDING;
  },

  childDone(machine, run, child): Outcome {
    const { container } = run;
    if (!container) return PENDING;
    container.doneCount++;
    run.flow.lastEventId = child.lastEventId;
    return container.doneCount === container.children.length ? allDone(machine, run) : PENDING;
  },

  childFailed(machine, run, child, failure): Outcome {
    cutChildren(machine, run, child.lastEventId);
    run.flow.lastEventId = child.lastEventId;
    return { kind: 'fail', failure };
  },

  redrive(machine, run): Outcome {
    const { container } = run;
    if (!container) return parallel.start(machine, run);
    if (container.doneCount === container.children.length) return allDone(machine, run);
    for (const child of container.children)
      if (child.status !== 'done') restartChild(machine, container, child);
    return PENDING;
  },
};

function mocked(machine: Machine, run: StateRun): Outcome | undefined {
  const inspection = machine.execution.init.inspection;
  if (inspection?.mockResult !== undefined) return finishWork(machine, run, inspection.mockResult);
  if (!inspection?.mockError) return undefined;
  const { error, cause } = inspection.mockError;
  return { kind: 'fail', failure: { error, cause, origin: 'child', terminal: false } };
}

function allDone(machine: Machine, run: StateRun): Outcome {
  recordAside(machine, run.flow, 'ParallelStateSucceeded');
  return finishWork(machine, run, joinOutputs(run.container?.children ?? []));
}
