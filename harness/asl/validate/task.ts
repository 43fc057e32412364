/** The Task state's own fields. */
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { isJsonataString } from '../data/jsonata.ts';
import type { QueryLanguage } from '../definition.ts';
import { parseResource, type Resource } from './integrations.ts';
import { checkPath } from './paths.ts';
import type { Report } from './report.ts';
import { expectAll, expectNumber, expectOneOf, expectType } from './shapes.ts';

const MAX_SECONDS = 99_999_999;

export function checkTask(
  report: Report,
  state: JsonObject,
  language: QueryLanguage,
  location: string,
): void {
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    const rule = { min: 1, max: MAX_SECONDS, jsonata: language === 'JSONata' };
    expectNumber(report, state, field, rule, location);
    expectOneOf(report, state, [field, `${field}Path`], location, true);
    checkPath(report, state, `${field}Path`, 'reference', location);
  }
  const text = state['Resource'];
  if (!expectAll(report, state, ['Resource'], location)) return;
  if (!expectType(report, text, 'String', `${location}/Resource`)) return;
  const resource = parseResource(text as string);
  checkResource(report, text as string, resource, location);
  checkCredentials(report, state, resource, location);
  if (resource.kind === 'integration') {
    checkArguments(report, state, text as string, resource, language, location);
  }
}

function checkResource(report: Report, text: string, resource: Resource, location: string): void {
  const at = `${location}/Resource`;
  if (resource.kind === 'notAnArn') report.schema('Value is not a valid resource ARN', at);
  if (resource.kind === 'unknown') {
    report.schema(
      `The resource provided ${text} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      at,
    );
  }
  if (report.type === 'STANDARD') return;
  if (resource.kind === 'activity') report.schema('Express state machine does not support Activity ARN', at);
  if (resource.kind !== 'integration') return;
  if (resource.pattern.startsWith('.sync')) {
    report.schema("Express state machine does not support '.sync' service integration", at);
  }
  if (resource.pattern === '.waitForTaskToken') {
    // The space at the end is AWS's own (recorded).
    report.schema("Express state machine does not support '.waitForTaskToken' service integration ", at);
  }
}

function checkCredentials(report: Report, state: JsonObject, resource: Resource, location: string): void {
  const credentials = state['Credentials'];
  if (credentials === undefined) return;
  const at = `${location}/Credentials`;
  if (resource.kind === 'activity') {
    report.schema("The field 'Credentials' is not supported for activities", at);
  } else if (isJsonObject(credentials)) {
    if (credentials['RoleArn'] === undefined && credentials['RoleArn.$'] === undefined) {
      report.schema("The field 'RoleArn' is required but was missing", at);
    }
  } else if (!isJsonataString(credentials)) {
    report.schema('Expected value of type Object', at);
  }
}

function checkArguments(
  report: Report,
  state: JsonObject,
  resource: string,
  { required, allows }: Extract<Resource, { kind: 'integration' }>,
  language: QueryLanguage,
  location: string,
): void {
  const field = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const given = state[field];
  if (given === undefined) {
    report.schema(`${field} field is required for resource ARN: ${resource}`, location);
    return;
  }
  if (!isJsonObject(given)) {
    if (!isJsonataString(given)) report.schema('Expected value of type Object', `${location}/${field}`);
    return;
  }
  for (const name of Object.keys(given)) {
    if (!allows(name.replace(/\.\$$/, '')))
      report.schema(`The field '${name}' is not supported by Step Functions`, `${location}/${field}`);
  }
  for (const name of required) {
    if (given[name] === undefined && given[`${name}.$`] === undefined) {
      report.schema(`The field '${name}' is required but was missing`, `${location}/${field}`);
    }
  }
}
