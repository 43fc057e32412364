/** One state and, through Parallel and Map, the groups inside it. */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { timestampMs } from '../choice/timestamp.ts';
import { isJsonataString } from '../data/jsonata.ts';
import type { QueryLanguage } from '../definition.ts';
import { checkAssign, namesAssignedBy } from './assign.ts';
import { checkChoices } from './choice.ts';
import { checkExpressions } from './jsonata-expressions.ts';
import { checkMap, checkProcessorConfig } from './map.ts';
import { checkPath, checkTemplate, type PathKind } from './paths.ts';
import type { Report } from './report.ts';
import { checkCatch, checkRetry } from './retry-catch.ts';
import {
  expectAll,
  expectEnum,
  expectNumber,
  expectOneOf,
  expectOnly,
  expectType,
  JSONATA_ONLY,
  JSONPATH_ONLY,
  STATE_FIELDS,
} from './shapes.ts';
import { checkTask } from './task.ts';
import { checkTransitions } from './transitions.ts';

const MAX_STATE_NAME = 80;
const MAX_WAIT_SECONDS = 99_999_999;
const PATH_FIELDS: [field: string, kind: PathKind][] = [
  ['InputPath', 'path'],
  ['OutputPath', 'path'],
  ['ResultPath', 'result'],
];
const TEMPLATES = ['Parameters', 'ResultSelector', 'Assign', 'Credentials'];
const EXPRESSIONS = [
  'Arguments',
  'Output',
  'Assign',
  'Credentials',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'Seconds',
  'Timestamp',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Error',
  'Cause',
];

/** A machine ('' as location), a Parallel branch or a Map processor; its own fields are checked by the caller. */
export function checkGroup(
  report: Report,
  group: JsonObject,
  outer: ReadonlySet<string>,
  location: string,
): void {
  const here = location || '/';
  if (!expectAll(report, group, ['States', 'StartAt'], here)) return;
  expectType(report, group['StartAt'], 'String', `${location}/StartAt`);
  if (!expectType(report, group['States'], 'Object', `${location}/States`)) return;
  const states = group['States'] as JsonObject;
  if (Object.keys(states).length === 0) report.schema('Value cannot be empty', `${location}/States`);
  for (const [name, state] of Object.entries(states)) {
    checkState(
      report,
      name,
      state,
      namesOutside(report, states, name, outer),
      outer,
      `${location}/States/${name}`,
    );
  }
  checkTransitions(report, group, location);
}

/**
 * Names the groups inside state `name` may not assign: those of the enclosing scopes and of its neighbours. What
 * the state itself assigns comes into being when the inner scope is gone (recorded: a Catch of a Parallel).
 */
function namesOutside(
  report: Report,
  states: JsonObject,
  name: string,
  outer: ReadonlySet<string>,
): ReadonlySet<string> {
  const type = isJsonObject(states[name]) ? states[name]['Type'] : undefined;
  if (type !== 'Parallel' && type !== 'Map') return outer;
  const neighbours = Object.entries(states).filter(([other]) => other !== name);
  const own = neighbours.flatMap(([, state]) =>
    isJsonObject(state) ? namesAssignedBy(state, languageOf(report, state)) : [],
  );
  return new Set([...outer, ...own]);
}

/** `inner` are the names forbidden to the groups inside this state, `outer` those forbidden to the state itself. */
export function checkState(
  report: Report,
  name: string,
  state: Json,
  inner: ReadonlySet<string>,
  outer: ReadonlySet<string>,
  location: string,
): void {
  checkName(report, name, location);
  if (!isJsonObject(state)) {
    report.schema('Expected value of type Object', location);
    return;
  }
  if (!expectAll(report, state, ['Type'], location)) return;
  const type = state['Type'];
  const allowed =
    typeof type === 'string' && Object.hasOwn(STATE_FIELDS, type) ? STATE_FIELDS[type] : undefined;
  if (!allowed) {
    const values = Object.keys(STATE_FIELDS).join(', ');
    report.schema(`The field 'Type' should have one of these values: [${values}]`, `${location}/Type`);
    return;
  }
  expectOnly(report, state, allowed, location);
  expectEnum(report, state['QueryLanguage'], ['JSONPath', 'JSONata'], `${location}/QueryLanguage`);
  if (report.language === 'JSONata' && state['QueryLanguage'] === 'JSONPath') {
    report.schema(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      location,
    );
    return;
  }
  const language = languageOf(report, state);
  checkLanguage(report, state, language, allowed, location);
  checkFlow(report, state, language, outer, allowed, location);
  checkOwnFields(report, type as string, state, language, inner, outer, location);
}

function languageOf(report: Report, state: JsonObject): QueryLanguage {
  const own = state['QueryLanguage'];
  if (own === undefined) return report.language;
  return own === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

function checkName(report: Report, name: string, location: string): void {
  if ([...name].length > MAX_STATE_NAME) {
    report.error(
      'INVALID_STATE_NAME',
      `The state name '${name}' exceeds the ${MAX_STATE_NAME}-character limit allowed by the service`,
      location,
    );
  }
  if (report.stateNames.has(name)) {
    report.error('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, location);
  }
  report.stateNames.add(name);
}

function checkLanguage(
  report: Report,
  state: JsonObject,
  language: QueryLanguage,
  allowed: readonly string[],
  location: string,
): void {
  const [foreign, other] = language === 'JSONata' ? [JSONPATH_ONLY, 'JSONPath'] : [JSONATA_ONLY, 'JSONata'];
  for (const field of foreign) {
    if (state[field] !== undefined && allowed.includes(field)) {
      report.schema(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
        location,
      );
    }
  }
}

/** Fields that several types share: transitions, data flow, error handling. */
function checkFlow(
  report: Report,
  state: JsonObject,
  language: QueryLanguage,
  outer: ReadonlySet<string>,
  allowed: readonly string[],
  location: string,
): void {
  if (allowed.includes('Next')) checkNext(report, state, location);
  if (state['Comment'] !== undefined) expectType(report, state['Comment'], 'String', `${location}/Comment`);
  if (allowed.includes('Assign') && state['Assign'] !== undefined) {
    if (expectType(report, state['Assign'], 'Object', `${location}/Assign`)) {
      checkAssign(report, state['Assign'], language, outer, `${location}/Assign`);
    }
  }
  if (allowed.includes('Retry')) checkRetry(report, state['Retry'], `${location}/Retry`);
  if (allowed.includes('Catch')) checkCatch(report, state['Catch'], language, outer, `${location}/Catch`);
  if (language === 'JSONata') {
    for (const field of EXPRESSIONS) {
      if (allowed.includes(field)) checkExpressions(report, state[field], `${location}/${field}`);
    }
    return;
  }
  for (const [field, kind] of PATH_FIELDS) {
    if (allowed.includes(field)) checkPath(report, state, field, kind, location);
  }
  for (const field of TEMPLATES) {
    if (allowed.includes(field)) checkTemplate(report, state[field], `${location}/${field}`);
  }
}

function checkNext(report: Report, state: JsonObject, location: string): void {
  expectOneOf(report, state, ['Next', 'End'], location);
  if (state['Next'] !== undefined) expectType(report, state['Next'], 'String', `${location}/Next`);
  if (state['End'] !== undefined && state['End'] !== true) {
    report.schema('Value should be one of the following: [true]', `${location}/End`);
  }
}

function checkOwnFields(
  report: Report,
  type: string,
  state: JsonObject,
  language: QueryLanguage,
  inner: ReadonlySet<string>,
  outer: ReadonlySet<string>,
  location: string,
): void {
  switch (type) {
    case 'Task':
      checkTask(report, state, language, location);
      break;
    case 'Wait':
      checkWait(report, state, language, location);
      break;
    case 'Fail':
      checkFail(report, state, location);
      break;
    case 'Choice':
      expectAll(report, state, ['Choices'], location);
      checkChoices(report, state['Choices'], language, outer, `${location}/Choices`);
      if (state['Default'] !== undefined)
        expectType(report, state['Default'], 'String', `${location}/Default`);
      break;
    case 'Parallel':
      checkBranches(report, state, inner, location);
      break;
    case 'Map':
      checkMap(report, state, language, location);
      checkProcessor(report, state, inner, location);
      break;
    default:
      break;
  }
}

function checkWait(report: Report, state: JsonObject, language: QueryLanguage, location: string): void {
  expectOneOf(report, state, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'], location);
  expectNumber(
    report,
    state,
    'Seconds',
    { min: 0, max: MAX_WAIT_SECONDS, jsonata: language === 'JSONata' },
    location,
  );
  checkPath(report, state, 'SecondsPath', 'reference', location);
  checkPath(report, state, 'TimestampPath', 'reference', location);
  const timestamp = state['Timestamp'];
  if (timestamp === undefined || (language === 'JSONata' && isJsonataString(timestamp))) return;
  if (timestampMs(timestamp) === undefined) {
    report.schema('String does not match RFC3339 timestamp', `${location}/Timestamp`);
  }
}

function checkFail(report: Report, state: JsonObject, location: string): void {
  for (const field of ['Error', 'Cause']) {
    expectOneOf(report, state, [field, `${field}Path`], location, true);
    if (state[field] !== undefined) expectType(report, state[field], 'String', `${location}/${field}`);
    checkPath(report, state, `${field}Path`, 'text', location);
  }
}

function checkBranches(
  report: Report,
  state: JsonObject,
  inner: ReadonlySet<string>,
  location: string,
): void {
  const at = `${location}/Branches`;
  if (
    !expectAll(report, state, ['Branches'], location) ||
    !expectType(report, state['Branches'], 'Array', at)
  ) {
    return;
  }
  const branches = state['Branches'] as Json[];
  if (branches.length === 0) report.schema('Value cannot be empty', at);
  branches.forEach((branch, i) => {
    if (isJsonObject(branch)) {
      expectOnly(report, branch, ['Comment', 'StartAt', 'States'], `${at}[${i}]`);
      checkGroup(report, branch, inner, `${at}[${i}]`);
    } else {
      report.schema('Expected value of type Object', `${at}[${i}]`);
    }
  });
}

function checkProcessor(
  report: Report,
  state: JsonObject,
  inner: ReadonlySet<string>,
  location: string,
): void {
  for (const field of ['ItemProcessor', 'Iterator']) {
    const processor = state[field];
    if (processor === undefined) continue;
    const at = `${location}/${field}`;
    if (!isJsonObject(processor)) {
      report.schema('Expected value of type Object', at);
      continue;
    }
    expectOnly(report, processor, ['Comment', 'ProcessorConfig', 'StartAt', 'States'], at);
    checkProcessorConfig(report, processor['ProcessorConfig'], `${at}/ProcessorConfig`);
    checkGroup(report, processor, inner, at);
  }
}
