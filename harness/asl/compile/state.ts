/** States and the groups they stand in: machine, Parallel branches, Map processors. */
import type { Json } from '../../core/json.ts';
import type {
  Catcher,
  FailState,
  MapState,
  ParallelState,
  PassState,
  QueryLanguage,
  State,
  StateGroup,
  TaskState,
} from '../definition.ts';
import type { CompiledCatcher, CompiledFail, CompiledGroup, CompiledMap, CompiledState } from '../program.ts';
import { compileChoiceRule } from './choice-rules.ts';
import { FieldCompiler } from './fields.ts';
import { labelOf } from './labels.ts';
import { compileItemBatcher, compileItemReader, compileItems, compileResultWriter } from './map.ts';
import { compileNumber } from './numbers.ts';
import { compileDelay } from './wait.ts';

/** What is gathered over the whole document. */
export interface Gathered {
  defaultLanguage: QueryLanguage;
  mapsByLabel: Map<string, CompiledMap>;
  stateNames: string[];
  /** Variables each state reads. */
  references: Map<string, Set<string>>;
}

export function compileGroup(group: StateGroup, path: string, gathered: Gathered): CompiledGroup {
  const states = new Map<string, CompiledState>();
  for (const [name, state] of Object.entries(group.States)) {
    states.set(name, compileState(name, state, `${path}/States/${name}`, gathered));
  }
  return { startAt: group.StartAt, states, path };
}

function compileState(name: string, state: State, path: string, gathered: Gathered): CompiledState {
  const references = new Set<string>();
  gathered.stateNames.push(name);
  gathered.references.set(name, references);
  const queryLanguage = state.QueryLanguage ?? gathered.defaultLanguage;
  const fields = new FieldCompiler(queryLanguage, references);
  const base = { name, path, queryLanguage };
  switch (state.Type) {
    case 'Fail':
      return { ...base, type: 'Fail', definition: state, ...failFields(state, fields) };
    case 'Succeed':
      return { ...base, ...flowFields(state, fields), type: 'Succeed', definition: state };
    case 'Wait':
      return {
        ...base,
        ...flowFields(state, fields),
        type: 'Wait',
        definition: state,
        delayMs: compileDelay(state, fields),
        isTimestamp: state.Timestamp !== undefined || state.TimestampPath !== undefined,
      };
    case 'Choice':
      return {
        ...base,
        ...flowFields(state, fields),
        type: 'Choice',
        definition: state,
        choices: state.Choices.map((rule, i) => compileChoiceRule(rule, i, fields)),
        ...(state.Default !== undefined && { default: state.Default }),
      };
    case 'Pass':
      return { ...base, ...flowFields(state, fields), ...passFields(state, fields), definition: state };
    case 'Task':
      return { ...base, ...attemptFields(state, fields), ...taskFields(state, fields), definition: state };
    case 'Parallel': {
      const argumentsOf = workArguments(state, fields);
      return {
        ...base,
        ...attemptFields(state, fields),
        type: 'Parallel',
        definition: state,
        ...(argumentsOf && { arguments: argumentsOf }),
        branches: state.Branches.map((branch, i) => compileGroup(branch, `${path}/Branches[${i}]`, gathered)),
      };
    }
    case 'Map':
      return { ...base, ...compileMap(name, state, path, fields, gathered) };
  }
}

function flowFields(state: Exclude<State, FailState>, fields: FieldCompiler) {
  const jsonata = fields.language === 'JSONata';
  const next = 'Next' in state ? state.Next : undefined;
  const inputPath = jsonata ? undefined : fields.path(state.InputPath);
  const outputPath = jsonata ? undefined : fields.path(state.OutputPath);
  const output = jsonata ? fields.value(state.Output, 'Output') : undefined;
  const assign = fields.members(state.Assign, 'Assign');
  return {
    ...(next !== undefined && { next }),
    ...(inputPath && { inputPath }),
    ...(outputPath && { outputPath }),
    ...(output && { output }),
    ...(assign && { assign }),
  };
}

function attemptFields(state: TaskState | ParallelState | MapState, fields: FieldCompiler) {
  const jsonata = fields.language === 'JSONata';
  const resultSelector = jsonata ? undefined : fields.value(state.ResultSelector, 'ResultSelector');
  const resultPath = jsonata ? undefined : fields.placement(state.ResultPath);
  return {
    ...flowFields(state, fields),
    ...(resultSelector && { resultSelector }),
    ...(resultPath && { resultPath }),
    retry: state.Retry ?? [],
    catch: (state.Catch ?? []).map((catcher, i) => compileCatcher(catcher, i, fields)),
  };
}

function compileCatcher(catcher: Catcher, index: number, fields: FieldCompiler): CompiledCatcher {
  const jsonata = fields.language === 'JSONata';
  const resultPath = jsonata ? undefined : fields.placement(catcher.ResultPath);
  const output = jsonata ? fields.value(catcher.Output, `Catch[${index}]/Output`) : undefined;
  const assign = fields.members(catcher.Assign, `Catch[${index}]/Assign`);
  return {
    definition: catcher,
    errorEquals: catcher.ErrorEquals,
    next: catcher.Next,
    ...(resultPath && { resultPath }),
    ...(output && { output }),
    ...(assign && { assign }),
  };
}

/** Parameters or Arguments, by the language. */
function workArguments(state: { Parameters?: Json; Arguments?: Json }, fields: FieldCompiler) {
  return fields.language === 'JSONata'
    ? fields.value(state.Arguments, 'Arguments')
    : fields.value(state.Parameters, 'Parameters');
}

function taskFields(state: TaskState, fields: FieldCompiler) {
  const argumentsOf = workArguments(state, fields);
  const timeoutSeconds = compileNumber(fields, state, 'TimeoutSeconds');
  const heartbeatSeconds = compileNumber(fields, state, 'HeartbeatSeconds');
  const credentials = fields.value(state.Credentials, 'Credentials');
  return {
    type: 'Task' as const,
    resource: state.Resource,
    ...(argumentsOf && { arguments: argumentsOf }),
    ...(timeoutSeconds && { timeoutSeconds }),
    ...(heartbeatSeconds && { heartbeatSeconds }),
    ...(credentials && { credentials }),
  };
}

function passFields(state: PassState, fields: FieldCompiler) {
  const jsonata = fields.language === 'JSONata';
  const argumentsOf = jsonata ? undefined : fields.value(state.Parameters, 'Parameters');
  const resultPath = jsonata ? undefined : fields.placement(state.ResultPath);
  return {
    type: 'Pass' as const,
    ...(argumentsOf && { arguments: argumentsOf }),
    ...(resultPath && { resultPath }),
    hasResult: !jsonata && state.Result !== undefined,
    result: state.Result ?? null,
  };
}

function failFields(state: FailState, fields: FieldCompiler): Pick<CompiledFail, 'error' | 'cause'> {
  const error = fields.text(state.Error, 'Error') ?? fields.textPath(state.ErrorPath, 'ErrorPath');
  const cause = fields.text(state.Cause, 'Cause') ?? fields.textPath(state.CausePath, 'CausePath');
  return { ...(error && { error }), ...(cause && { cause }) };
}

function compileMap(name: string, state: MapState, path: string, fields: FieldCompiler, gathered: Gathered) {
  const processor = state.ItemProcessor ?? state.Iterator;
  const config = processor?.ProcessorConfig;
  const distributed = config?.Mode === 'DISTRIBUTED';
  const selector = state.ItemSelector ?? (fields.language === 'JSONPath' ? state.Parameters : undefined);
  const itemSelector = fields.value(
    selector,
    state.ItemSelector === undefined ? 'Parameters' : 'ItemSelector',
  );
  const maxConcurrency = compileNumber(fields, state, 'MaxConcurrency');
  const toleratedFailureCount = compileNumber(fields, state, 'ToleratedFailureCount');
  const toleratedFailurePercentage = compileNumber(fields, state, 'ToleratedFailurePercentage');
  const label = distributed ? labelOf(name, path, state.Label, gathered.mapsByLabel) : undefined;
  const processorDefinition = processor ?? { StartAt: '', States: {} };
  const compiled: CompiledMap = {
    name,
    path,
    queryLanguage: fields.language,
    ...attemptFields(state, fields),
    type: 'Map',
    definition: state,
    processorDefinition,
    processor: compileGroup(
      processorDefinition,
      `${path}/${state.ItemProcessor ? 'ItemProcessor' : 'Iterator'}`,
      gathered,
    ),
    mode: distributed ? 'DISTRIBUTED' : 'INLINE',
    executionType: config?.ExecutionType ?? 'STANDARD',
    ...(label !== undefined && { label }),
    items: compileItems(state, fields, distributed),
    ...(itemSelector && { itemSelector }),
    ...(maxConcurrency && { maxConcurrency }),
    ...(toleratedFailureCount && { toleratedFailureCount }),
    ...(toleratedFailurePercentage && { toleratedFailurePercentage }),
    ...(state.ItemReader && { itemReader: compileItemReader(state.ItemReader, fields) }),
    ...(state.ItemBatcher && { itemBatcher: compileItemBatcher(state.ItemBatcher, fields) }),
    ...(state.ResultWriter && { resultWriter: compileResultWriter(state.ResultWriter, fields) }),
  };
  if (label !== undefined) gathered.mapsByLabel.set(label, compiled);
  return compiled;
}
