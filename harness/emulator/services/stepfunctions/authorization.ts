/**
 * The permissions that operations of Step Functions need: named as themselves, on the ARN they name.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
 */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import type { AuthorizedCall } from '../ports.ts';
import { textOr } from '../role-guard.ts';
import type { ArnWriter } from './arn.ts';

/** Members that name what is concerned, the first that is there. */
const RESOURCES = [
  'resourceArn',
  'executionArn',
  'mapRunArn',
  'activityArn',
  'stateMachineAliasArn',
  'stateMachineVersionArn',
  'stateMachineArn',
];

export function statesCalls(arns: ArnWriter, operation: string, body: JsonObject): AuthorizedCall[] {
  const call = { action: `states:${operation}`, resource: resourceOf(arns, operation, body) };
  if (typeof body['roleArn'] !== 'string') return [call];
  const context = { 'iam:PassedToService': 'states.amazonaws.com' };
  return [call, { action: 'iam:PassRole', resource: body['roleArn'], context }];
}

function resourceOf(arns: ArnWriter, operation: string, body: JsonObject): string {
  const name = textOr(body['name']);
  if (operation === 'CreateStateMachine') return arns.stateMachine(name);
  if (operation === 'CreateActivity') return arns.activity(name);
  if (operation === 'CreateStateMachineAlias') return machineOfRoutes(body);
  const member = RESOURCES.find((candidate) => typeof body[candidate] === 'string');
  const arn = member === undefined ? '*' : textOr(body[member]);
  // What stands after # chooses mocks, here alone.
  return arn.split('#')[0]!;
}

function machineOfRoutes({ routingConfiguration }: JsonObject): string {
  const first = Array.isArray(routingConfiguration) ? routingConfiguration[0] : undefined;
  const version = isJsonObject(first) ? textOr(first['stateMachineVersionArn']) : '*';
  return version.replace(/:\d+$/, '');
}
