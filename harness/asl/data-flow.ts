/**
 * The way of data through a state: raw input, effective input, result, output. The paths and templates themselves
 * are compiled into the program; here stands what is applied to what, and in which order.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
 */

import type { Json, JsonObject } from '../core/json.ts';
import { printJson } from '../core/json-print.ts';
import { contextObject } from './context-object.ts';
import type { JsonText } from './data/json-text.ts';
import { AslFailure, type Scope } from './data/scope.ts';
import { resumable } from './defer.ts';
import type { ExecutionState, Exit, Flow, Machine, MapItem, Outcome, StateRun } from './execution.ts';
import { inspect } from './inspection.ts';
import type { CompiledMap, CompiledParallel, CompiledState, CompiledTask } from './program.ts';

/** What an expression of the run's state sees when `$` is `input`. */
export function scopeOf(machine: Machine, run: StateRun, input: Json, item?: MapItem): Scope {
  const { execution } = machine;
  return {
    input,
    context: () => contextObject(execution, run, item ?? run.flow.mapItem),
    variables: run.flow.variables,
    random: execution.init.random,
    nowMs: machine.atMs,
    allowance: machine.allowance,
    evaluated: run.deferred?.evaluated,
  };
}

/** Applies InputPath and remembers the effective input in the run. */
export function takeInput(machine: Machine, run: StateRun): Scope {
  const { state } = run;
  inspect(machine, 'input', run.input.value);
  const raw = scopeOf(machine, run, run.input.value);
  run.effective = run.input.value;
  if (state.type !== 'Fail' && state.inputPath) run.effective = state.inputPath(raw);
  if (state.queryLanguage === 'JSONPath') inspect(machine, 'afterInputPath', run.effective);
  return run.effective === run.input.value ? raw : { ...raw, input: run.effective };
}

/** The carrier of the effective input: keeps the text where InputPath changed nothing. */
export function effectiveText(run: StateRun): JsonText {
  return run.input.carry(run.effective);
}

/** The end of a Task, Parallel or Map: from the result of its work to the state's output. */
export function finishWork(machine: Machine, run: StateRun, result: JsonText): Outcome {
  return resumable(machine, run, (later) => finished(later, run, result));
}

function finished(machine: Machine, run: StateRun, result: JsonText): Exit {
  const state = run.state as CompiledTask | CompiledParallel | CompiledMap;
  inspect(machine, 'result', result.value);
  if (state.queryLanguage === 'JSONata') {
    const scope: Scope = { ...scopeOf(machine, run, run.input.value), result: result.value };
    const output = state.output ? result.carry(state.output(scope)) : result;
    return exitOf(state, output, state.assign?.(scope));
  }
  const scope = scopeOf(machine, run, result.value);
  const selected = state.resultSelector ? state.resultSelector(scope) : result.value;
  inspect(machine, 'afterResultSelector', selected);
  return placeResult(machine, run, result.carry(selected));
}

/** JSONPath: ResultPath, Assign and OutputPath, in this order. */
export function placeResult(machine: Machine, run: StateRun, result: JsonText): Exit {
  const state = run.state as CompiledTask | CompiledParallel | CompiledMap;
  const placed = state.resultPath
    ? carriedBy(state.resultPath(run.input.value, result.value), run.input, result)
    : result;
  inspect(machine, 'afterResultPath', placed.value);
  const assigned = state.assign?.(scopeOf(machine, run, result.value));
  const output = state.outputPath
    ? carriedBy(state.outputPath(scopeOf(machine, run, placed.value)), placed, run.input)
    : placed;
  return exitOf(state, output, assigned);
}

/** The end of a state without work of its own (Choice, Wait, Succeed). */
export function passOn(
  machine: Machine,
  run: StateRun,
): { output: JsonText; assigned: JsonObject | undefined } {
  const { state } = run;
  const effective = effectiveText(run);
  if (state.type === 'Fail') return { output: effective, assigned: undefined };
  const scope = scopeOf(machine, run, run.effective);
  if (state.queryLanguage === 'JSONata') {
    const output = state.output ? effective.carry(state.output(scope)) : effective;
    return { output, assigned: state.assign?.(scope) };
  }
  return { output: filtered(machine, run), assigned: state.assign?.(scope) };
}

/** JSONPath: OutputPath of the effective input. */
export function filtered(machine: Machine, run: StateRun): JsonText {
  const effective = effectiveText(run);
  if (run.state.type === 'Fail' || !run.state.outputPath) return effective;
  return carriedBy(run.state.outputPath(scopeOf(machine, run, run.effective)), effective, run.input);
}

export function exitOf(state: CompiledState, output: JsonText, assigned: JsonObject | undefined): Exit {
  return { kind: 'exit', output, next: state.next, assigned };
}

/** `value` with the text of whichever candidate holds that very value. */
function carriedBy(value: Json, first: JsonText, second: JsonText): JsonText {
  const carried = first.carry(value);
  return carried === first ? first : second.carry(value);
}

/** True when the text is longer than the payload quota in UTF-8 bytes. */
export function exceedsPayload(machine: Machine, text: string): boolean {
  const limit = machine.execution.init.limits.sfnPayloadBytes;
  if (text.length > limit) return true;
  return text.length * 3 > limit && Buffer.byteLength(text) > limit;
}

/**
 * Sets variables. The values of one Assign may hold 256 KiB together, and those of all scopes still alive in the
 * execution 10 MiB; more fails the state with States.Runtime. Sizes are those of the compact JSON texts in UTF-8.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export function assignVariables(machine: Machine, flow: Flow, assigned: JsonObject): void {
  const { limits } = machine.execution.init;
  const sizes = new Map<string, number>();
  let total = 0;
  for (const [name, value] of Object.entries(assigned)) {
    const sizeBytes = Buffer.byteLength(printJson(value));
    sizes.set(name, sizeBytes);
    total += sizeBytes;
  }
  if (total > limits.sfnAssignBytes)
    throw new AslFailure(
      'States.Runtime',
      'The size of the variables assigned exceeds the maximum number of bytes service limit.',
    );
  const stored = storedBytes(machine.execution, total) - flow.variables.sizeOf(sizes.keys());
  if (stored + total > limits.sfnStoredVariablesBytes)
    throw new AslFailure(
      'States.Runtime',
      'The size of all variables stored in the execution exceeds the maximum number of bytes service limit.',
    );
  flow.variables.assign(assigned, sizes);
}

/**
 * Bytes of all variables alive, or an upper bound of them while that is well within the quota: the tree of flows
 * is walked only when everything ever `added` might be too much.
 */
function storedBytes(execution: ExecutionState, added: number): number {
  execution.variableBytes += added;
  if (execution.variableBytes <= execution.init.limits.sfnStoredVariablesBytes)
    return execution.variableBytes - added;
  const stored = aliveBytes(execution.root);
  execution.variableBytes = stored + added;
  return stored;
}

function aliveBytes(flow: Flow): number {
  let bytes = flow.variables.bytes;
  for (const child of flow.run?.container?.children ?? [])
    if (child.status === 'active') bytes += aliveBytes(child);
  return bytes;
}
