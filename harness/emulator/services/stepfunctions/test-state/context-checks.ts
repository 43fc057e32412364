/** What TestState checks of a mocked context object. The sentences for types and for Map are recorded. */

import type { CompiledState } from '../../../../asl/program.ts';
import { isJsonNumber, isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { validationError } from '../errors.ts';

type Shape = { readonly [member: string]: 'string' | 'number' | 'json' };

const MEMBERS: { readonly [group: string]: Shape } = {
  Execution: {
    Id: 'string',
    Input: 'json',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
};

const invalid = (why: string) => validationError(`Invalid Context object provided: ${why}`);

/** The context object of a request's text; throws ValidationException. */
export function parseContext(text: string): JsonObject {
  const context = parse(text);
  for (const [group, members] of Object.entries(context)) {
    const shape = MEMBERS[group];
    if (group === 'Map') throw invalid(`'Map' field is not supported when mocking a Context object`);
    if (!shape) throw invalid(`Field '${group}' is not allowed`);
    if (!isJsonObject(members)) throw invalid(`${group} must be an object`);
    for (const [member, value] of Object.entries(members)) checkMember(shape, group, member, value);
  }
  return context;
}

/** A token is known only to a state that can wait for it; throws ValidationException. */
export function checkContextTask(context: JsonObject | undefined, state: CompiledState): void {
  if (context?.['Task'] === undefined) return;
  if (state.type === 'Task' && /\.(?:sync(?::2)?|waitForTaskToken)$/.test(state.resource)) return;
  throw validationError(
    "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
  );
}

function checkMember(shape: Shape, group: string, member: string, value: Json): void {
  const type = shape[member];
  if (!type) throw invalid(`Field '${member}' is not allowed`);
  if (type !== 'json' && (isJsonNumber(value) ? 'number' : typeof value) !== type)
    throw invalid(`${group}.${member} must be a ${type}`);
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = parseJson(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Not JSON: refused below.
  }
  throw invalid('must be a JSON object');
}
