/**
 * What AWS checks of a task's parameters before it schedules it; a reason is half a sentence that the history
 * repeats after "The Parameters '...' could not be used to start the Task: ".
 */
import { isJsonObject, type Json } from '../../../../core/json.ts';
import { parseResource } from './resource.ts';

/** Required members of the optimised integrations served. */
const REQUIRED: { readonly [integration: string]: readonly string[] } = {
  'lambda:invoke': ['FunctionName'],
  'states:startExecution': ['StateMachineArn'],
};

/** Reasons why the task cannot start; empty when it can. */
export function checkTask(resourceArn: string, parameters: Json): readonly string[] {
  const resource = parseResource(resourceArn);
  if (resource.kind !== 'service') return [];
  const required = REQUIRED[`${resource.service}:${resource.action}`];
  if (!required) return [];
  const given = isJsonObject(parameters) ? parameters : {};
  return required
    .filter((name) => given[name] === undefined || given[name] === null)
    .map((name) => `The field '${name}' is required but was missing`);
}
