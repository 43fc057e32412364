/** Which state calls which function, told by the definition. */
import { isJsonObject, type Json } from '../../core/json.ts';
import type { RunRecord } from '../../record/run-record.ts';

export interface StateOfFunction {
  state: string;
  /** It lies in a Map, and so runs once per partition. */
  repeated: boolean;
}

/**
 * The state of a function by the function's deployed name. A function that several states call is told as all of
 * them; one that no definition in the record names stands for itself.
 */
export function statesOfFunctions(record: RunRecord): (functionName: string) => StateOfFunction {
  const calls: { state: string; target: string; repeated: boolean }[] = [];
  for (const { definition } of record.executions) {
    if (definition)
      walk(definition, false, (state, target, repeated) => calls.push({ state, target, repeated }));
  }
  const known = new Map<string, StateOfFunction>();
  return (functionName) => {
    const found = known.get(functionName) ?? stateOf(functionName, calls);
    known.set(functionName, found);
    return found;
  };
}

/** Names of the functions that a definition calls, as far as it names them. */
export function calledFunctions(definition: Json): string[] {
  const names = new Set<string>();
  walk(definition, false, (_state, target) => {
    const name = nameOf(target);
    if (/^[\w-]+$/.test(name)) names.add(name);
  });
  return [...names];
}

function stateOf(
  functionName: string,
  calls: readonly { state: string; target: string; repeated: boolean }[],
): StateOfFunction {
  const own = calls.filter(({ target }) => namesFunction(target, functionName));
  if (own.length > 0) {
    return {
      state: [...new Set(own.map(({ state }) => state))].join(' / '),
      repeated: own.some(({ repeated }) => repeated),
    };
  }
  return { state: functionName, repeated: false };
}

/** Of `name`, `arn:...:function:name` and either with a `:qualifier`. */
const nameOf = (target: string): string =>
  /:function:([^:]+)/.exec(target)?.[1] ?? target.split(':')[0] ?? '';

const namesFunction = (target: string, functionName: string): boolean => nameOf(target) === functionName;

type OnCall = (state: string, target: string, repeated: boolean) => void;

function walk(machine: Json, repeated: boolean, onCall: OnCall): void {
  if (!isJsonObject(machine) || !isJsonObject(machine['States'])) return;
  for (const [name, state] of Object.entries(machine['States'])) {
    if (!isJsonObject(state)) continue;
    const parameters = state['Parameters'] ?? state['Arguments'];
    const target = isJsonObject(parameters) ? parameters['FunctionName'] : undefined;
    const resource = state['Resource'];
    if (typeof target === 'string') onCall(name, target, repeated);
    else if (typeof resource === 'string' && resource.includes(':function:'))
      onCall(name, resource, repeated);
    for (const inner of [state['ItemProcessor'], state['Iterator']]) walk(inner ?? null, true, onCall);
    const branches = state['Branches'];
    for (const branch of Array.isArray(branches) ? branches : []) walk(branch, repeated, onCall);
  }
}
