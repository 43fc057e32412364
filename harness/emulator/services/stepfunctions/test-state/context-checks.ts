/** What TestState checks of a mocked context object. The sentences for types and for Map are recorded. */
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
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
    if (!shape) throw invalid(`'${group}' field is not supported when mocking a Context object`);
    if (!isJsonObject(members)) throw invalid(`${group} must be an object`);
    for (const [member, value] of Object.entries(members)) checkMember(shape, group, member, value);
  }
  return context;
}

function checkMember(shape: Shape, group: string, member: string, value: Json): void {
  const type = shape[member];
  if (!type) throw invalid(`'${group}.${member}' field is not supported when mocking a Context object`);
  if (type !== 'json' && typeof value !== type) throw invalid(`${group}.${member} must be a ${type}`);
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Not JSON: refused below.
  }
  throw invalid('must be a JSON object');
}
