/** Catch: which Catcher a failure meets and what the state hands on. */
import type { JsonObject } from '../core/json.ts';
import type { JsonText } from './data/json-text.ts';
import { scopeOf } from './data-flow.ts';
import type { Exit, Machine, StateRun } from './execution.ts';
import { errorOutput, type Failure, matchesError } from './failure.ts';
import type { CompiledCatcher } from './program.ts';

/** Index of the first Catcher that names the error. */
export function findCatcher(catchers: readonly CompiledCatcher[], failure: Failure): number | undefined {
  const index = catchers.findIndex((catcher) => matchesError(catcher.errorEquals, failure));
  return index < 0 ? undefined : index;
}

/** Leaves the state by the Catcher. Throws AslFailure when its ResultPath, Output or Assign cannot be done. */
export function exitByCatcher(
  machine: Machine,
  run: StateRun,
  catcher: CompiledCatcher,
  failure: Failure,
): Exit {
  const error = errorOutput(failure);
  const { output, assigned } =
    run.state.queryLanguage === 'JSONata'
      ? byJsonata(machine, run, catcher, error)
      : byJsonPath(machine, run, catcher, error);
  return { kind: 'exit', output, next: catcher.next, assigned };
}

interface Caught {
  output: JsonText;
  assigned: JsonObject | undefined;
}

function byJsonata(machine: Machine, run: StateRun, catcher: CompiledCatcher, error: JsonObject): Caught {
  const scope = { ...scopeOf(machine, run, run.input.value), errorOutput: error };
  return {
    output: run.input.carry(catcher.output ? catcher.output(scope) : error),
    assigned: catcher.assign?.(scope),
  };
}

function byJsonPath(machine: Machine, run: StateRun, catcher: CompiledCatcher, error: JsonObject): Caught {
  const placed = catcher.resultPath ? catcher.resultPath(run.input.value, error) : error;
  return {
    output: run.input.carry(placed),
    assigned: catcher.assign?.(scopeOf(machine, run, error)),
  };
}
