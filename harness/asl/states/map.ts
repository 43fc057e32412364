import { JsonText } from '../data/json-text.ts';
import { finishWork, takeInput } from '../data-flow.ts';
import type { Machine, Outcome, StateRun } from '../execution.ts';
import type { Inspection } from '../inspection.ts';
import type { CompiledMap } from '../program.ts';
import { exceedsTolerance, THRESHOLD_EXCEEDED } from '../tolerance.ts';
import type { StateHandler } from './handler.ts';
import { mapDistributed } from './map-distributed.ts';
import { takeItems, takeMaxConcurrency, takeTolerance } from './map-fields.ts';
import { mapInline } from './map-inline.ts';

/** Map by its processor's mode. */
export const map: StateHandler = {
  start(machine, run): Outcome {
    const { inspection } = machine.execution.init;
    if (inspection) return underTest(machine, run, inspection);
    return handlerOf(run).start(machine, run);
  },
  onEvent: (machine, run, event) => mapDistributed.onEvent?.(machine, run, event) ?? { kind: 'pending' },
  childDone: (machine, run, child) => mapInline.childDone?.(machine, run, child) ?? { kind: 'pending' },
  childFailed: (machine, run, child, failure) =>
    mapInline.childFailed?.(machine, run, child, failure) ?? { kind: 'pending' },
  redrive: (machine, run) => handlerOf(run).redrive?.(machine, run) ?? handlerOf(run).start(machine, run),
};

function handlerOf(run: StateRun): StateHandler {
  return (run.state as CompiledMap).mode === 'DISTRIBUTED' ? mapDistributed : mapInline;
}

/** TestState: the fields are evaluated, the iterations are mocked. */
function underTest(machine: Machine, run: StateRun, inspection: Inspection): Outcome {
  const state = run.state as CompiledMap;
  const scope = takeInput(machine, run);
  if (!state.itemReader) takeItems(machine, state, scope);
  takeMaxConcurrency(machine, state, scope);
  const tolerated = takeTolerance(machine, state, scope);
  const failure = { origin: 'child', terminal: false } as const;
  if (inspection.mockError) {
    const { error, cause } = inspection.mockError;
    return { kind: 'fail', failure: { error, cause, ...failure } };
  }
  const result = inspection.mockResult ?? new JsonText([]);
  const failed = inspection.iterationFailureCount ?? 0;
  const total = Array.isArray(result.value) ? result.value.length : failed;
  // Unlike an execution, a test without a tolerance bears with any number of failures (recorded cases).
  const bounded = tolerated.count !== undefined || tolerated.percentage !== undefined;
  if (bounded && exceedsTolerance(tolerated, failed, total))
    return { kind: 'fail', failure: { ...THRESHOLD_EXCEEDED, ...failure } };
  return finishWork(machine, run, result);
}
