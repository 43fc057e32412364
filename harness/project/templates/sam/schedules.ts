/** Rules and schedules that start functions and state machines. */
import type { Json, JsonObject } from '../../../core/json.ts';
import { pick } from './expand-resource.ts';

const stateOf = (properties: JsonObject): JsonObject =>
  properties['Enabled'] === undefined
    ? pick(properties, ['State'])
    : { State: String(properties['Enabled']) === 'false' ? 'DISABLED' : 'ENABLED' };

export function scheduleOf(
  type: string,
  id: string,
  target: Json,
  properties: JsonObject,
  roleArn?: Json,
): JsonObject {
  const own = pick(properties, ['Name', 'Description', 'Input']);
  const input = pick(own, ['Input']);
  const role = roleArn === undefined ? {} : { RoleArn: roleArn };
  if (type === 'ScheduleV2')
    return {
      [id]: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ...pick(properties, [
            'ScheduleExpression',
            'ScheduleExpressionTimezone',
            'StartDate',
            'EndDate',
            'GroupName',
            'Name',
            'State',
          ]),
          FlexibleTimeWindow: properties['FlexibleTimeWindow'] ?? { Mode: 'OFF' },
          Target: { Arn: target, ...input, ...role },
        },
      },
    };
  return {
    [id]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ...pick(properties, ['Name', 'Description']),
        ScheduleExpression: properties['Schedule'] ?? '',
        ...stateOf(properties),
        Targets: [{ Id: `${id}Target`, Arn: target, ...input, ...role }],
      },
    },
  };
}

export function ruleOf(id: string, target: Json, properties: JsonObject, roleArn?: Json): JsonObject {
  return {
    [id]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ...pick(properties, ['EventBusName', 'RuleName']),
        EventPattern: properties['Pattern'] ?? {},
        ...stateOf(properties),
        Targets: [
          {
            Id: `${id}Target`,
            Arn: target,
            ...pick(properties, ['Input', 'InputPath']),
            ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
          },
        ],
      },
    },
  };
}
