/**
 * TestState: one state of a definition on its own, with given variables, context and mocks, and a view of what
 * each stage of its data flow made. A Task without a mock asks for its work like any other (`invokeTask`).
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html; which stages are shown
 * for which kind of state comes from recorded answers.
 */

import type { Json } from '../core/json.ts';
import { printJson } from '../core/json-print.ts';
import type { Effect, ExecutionEvent, Finish } from './effects.ts';
import { createExecution, type ExecutionInit, type ExecutionState } from './execution.ts';
import type { Inspection, InspectionStage } from './inspection.ts';
import type { CompiledGroup, CompiledState, Program } from './program.ts';
import { step } from './step.ts';

/** A state under test. Feed events to it by `testStep` until an effect is `finish`. */
export interface StateTest {
  readonly program: Program;
  readonly state: CompiledState;
  readonly inspection: Inspection;
  readonly execution: ExecutionState;
}

/** The answer of TestState but for what belongs to HTTP tasks. Texts are JSON. */
export interface StateTestOutcome {
  status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  output?: string;
  error?: string;
  cause?: string;
  nextState?: string;
  /** Members of InspectionData for the DEBUG and TRACE levels. */
  inspectionData: { [member: string]: Json };
}

export type Mocks = Omit<Inspection, 'stages'>;

/** The state of that name, wherever it is nested; the first in document order. */
export function findState(program: Program, name: string): CompiledState | undefined {
  return findIn(program.root, name);
}

function findIn(group: CompiledGroup, name: string): CompiledState | undefined {
  const here = group.states.get(name);
  if (here) return here;
  for (const state of group.states.values()) {
    const nested = state.type === 'Parallel' ? state.branches : state.type === 'Map' ? [state.processor] : [];
    for (const inner of nested) {
      const found = findIn(inner, name);
      if (found) return found;
    }
  }
  return undefined;
}

export function createStateTest(
  program: Program,
  state: CompiledState,
  init: Omit<ExecutionInit, 'group' | 'inspection' | 'type'>,
  mocks: Mocks = {},
): StateTest {
  const inspection: Inspection = { ...mocks, stages: new Map() };
  const group: CompiledGroup = { startAt: state.name, states: new Map([[state.name, state]]), path: '' };
  // Context ids of TestState are those of Express executions.
  const execution = createExecution(program, {
    ...init,
    group,
    inspection,
    type: 'EXPRESS',
    synchronous: true,
  });
  if (init.variables) inspection.variables = init.variables;
  return { program, state, inspection, execution };
}

/** As `step`, without the history: a test has none. */
export function testStep(test: StateTest, event: ExecutionEvent): Exclude<Effect, { kind: 'record' }>[] {
  return step(test.program, test.execution, event).filter((effect) => effect.kind !== 'record');
}

/** What TestState answers once `finish` has come. */
export function stateTestOutcome(test: StateTest, finish: Finish): StateTestOutcome {
  const { inspection } = test;
  const failure = inspection.caught ?? finish;
  const { nextState } = inspection;
  return {
    status: statusOf(inspection, finish),
    ...(finish.output === undefined ? {} : { output: finish.output }),
    ...(failure.error === undefined ? {} : { error: failure.error }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
    ...(nextState === undefined ? {} : { nextState }),
    inspectionData: inspectionData(test),
  };
}

function statusOf(inspection: Inspection, finish: Finish): StateTestOutcome['status'] {
  if (inspection.caught && finish.status === 'SUCCEEDED') return 'CAUGHT_ERROR';
  if (inspection.retryBackoffSeconds !== undefined) return 'RETRIABLE';
  return finish.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

const LIMITS: InspectionStage[] = ['maxConcurrency', 'toleratedFailureCount', 'toleratedFailurePercentage'];

/** Stages AWS shows, by kind of state and query language. */
function shownStages(state: CompiledState): readonly InspectionStage[] {
  const jsonata = state.queryLanguage === 'JSONata';
  const placed: InspectionStage[] = ['afterResultSelector', 'afterResultPath'];
  switch (state.type) {
    case 'Task':
      return jsonata
        ? ['input', 'afterArguments', 'result']
        : ['input', 'afterInputPath', 'afterParameters', 'result', ...placed];
    case 'Pass':
      if (jsonata) return ['input'];
      return state.hasResult
        ? ['input', 'result', ...placed]
        : ['input', 'afterInputPath', 'afterParameters', ...placed];
    case 'Parallel':
      return jsonata ? ['input'] : ['input', ...placed];
    case 'Map':
      return jsonata
        ? ['input', ...LIMITS]
        : ['input', 'afterInputPath', 'afterItemsPath', ...LIMITS, ...placed];
    default:
      return jsonata ? ['input'] : ['input', 'afterInputPath'];
  }
}

/** The text that was given where the value is untouched, white space included (recorded), else compact JSON. */
function shownText({ execution, inspection }: StateTest, value: Json): string {
  const given = [execution.input, inspection.mockResult].find((text) => text?.value === value);
  return given?.text ?? printJson(value);
}

function inspectionData(test: StateTest): { [member: string]: Json } {
  const { inspection, state } = test;
  const data: { [member: string]: Json } = {};
  for (const stage of shownStages(state)) {
    const value = inspection.stages.get(stage);
    if (value === undefined) continue;
    if (LIMITS.includes(stage)) data[stage] = value;
    else data[stage] = shownText(test, value);
  }
  const { variables, retryIndex, retryBackoffSeconds, catchIndex } = inspection;
  if (variables && Object.keys(variables).length > 0) data.variables = printJson(variables);
  const errorDetails = {
    ...(catchIndex === undefined ? {} : { catchIndex }),
    ...(retryIndex === undefined ? {} : { retryIndex }),
    ...(retryBackoffSeconds === undefined ? {} : { retryBackoffIntervalSeconds: retryBackoffSeconds }),
  };
  if (Object.keys(errorDetails).length > 0) data.errorDetails = errorDetails;
  return data;
}
