/** AWS::Serverless::StateMachine: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html */
import type { JsonObject } from '../../../core/json.ts';
import type { Path } from '../../../document/source.ts';
import { isGroup, textOf } from '../value.ts';
import { implicitApi } from './apis.ts';
import {
  arnOf,
  pick,
  type SamContext,
  type SamExpansion,
  type SamResource,
  tagList,
} from './expand-resource.ts';
import { samRole } from './policies.ts';
import { ruleOf, scheduleOf } from './schedules.ts';

export const samStateMachine: SamExpansion = (resource, context) => {
  const { logicalId, properties, attributes } = resource;
  const { Name: name, Type: type, Logging: logging, Tracing: tracing } = properties;
  const managed =
    isGroup(tracing) && String(tracing['Enabled']) === 'true' ? ['AWSXRayDaemonWriteAccess'] : [];
  const role =
    properties['Role'] === undefined
      ? { [`${logicalId}Role`]: samRole(resource, { service: 'states.amazonaws.com', managed }, context) }
      : {};
  return {
    [logicalId]: {
      Type: 'AWS::StepFunctions::StateMachine',
      ...attributes,
      Properties: {
        ...definitionOf(resource, context),
        RoleArn: properties['Role'] ?? arnOf(`${logicalId}Role`),
        ...(name === undefined ? {} : { StateMachineName: name }),
        ...(type === undefined ? {} : { StateMachineType: type }),
        ...(logging === undefined ? {} : { LoggingConfiguration: logging }),
        ...(tracing === undefined ? {} : { TracingConfiguration: tracing }),
        ...pick(properties, ['DefinitionSubstitutions']),
        ...tagList(properties['Tags']),
      },
    },
    ...role,
    ...aliasOf(resource, context),
    ...eventsOf(resource, context),
  };
};

/** A local path stays a text, as `aws cloudformation package` takes it. */
function definitionOf({ properties, path }: SamResource, { evaluation }: SamContext): JsonObject {
  if (properties['Definition'] !== undefined) return { Definition: properties['Definition'] };
  if (properties['DefinitionUri'] !== undefined) return { DefinitionS3Location: properties['DefinitionUri'] };
  evaluation.report([...path, 'Properties'], 'a state machine needs Definition or DefinitionUri');
  return {};
}

function aliasOf({ logicalId, properties, attributes }: SamResource, { references }: SamContext): JsonObject {
  const name = textOf(properties['AutoPublishAlias'] ?? '');
  if (!name) return {};
  const kept = pick(attributes, ['Condition']);
  const version = `${logicalId}Version`;
  const alias = `${logicalId}Alias${name.replace(/[^A-Za-z0-9]/g, '')}`;
  references.set(`${logicalId}.Version`, version);
  references.set(`${logicalId}.Alias`, alias);
  return {
    [version]: {
      Type: 'AWS::StepFunctions::StateMachineVersion',
      DeletionPolicy: 'Retain',
      ...kept,
      Properties: { StateMachineArn: { Ref: logicalId } },
    },
    [alias]: {
      Type: 'AWS::StepFunctions::StateMachineAlias',
      ...kept,
      Properties: {
        Name: name,
        RoutingConfiguration: [{ StateMachineVersionArn: { Ref: version }, Weight: 100 }],
      },
    },
  };
}

function eventsOf({ logicalId, properties, path }: SamResource, context: SamContext): JsonObject {
  const events = properties['Events'];
  if (!isGroup(events)) return {};
  return Object.assign(
    {},
    ...Object.entries(events).map(([name, event]) => {
      const at: Path = [...path, 'Properties', 'Events', name];
      const type = isGroup(event) ? String(event['Type']) : '';
      const own = isGroup(event) && isGroup(event['Properties']) ? event['Properties'] : {};
      const id = `${logicalId}${name}`;
      const roleId = `${id}Role`;
      const role = own['RoleArn'] === undefined ? { [roleId]: startRole(logicalId, type) } : {};
      const roleArn = own['RoleArn'] ?? arnOf(roleId);
      const target = { Ref: logicalId };
      switch (type) {
        case 'Schedule':
        case 'ScheduleV2':
          return { ...scheduleOf(type, id, target, own, roleArn), ...role };
        case 'CloudWatchEvent':
        case 'EventBridgeRule':
          return { ...ruleOf(id, target, own, roleArn), ...role };
        case 'Api':
        case 'HttpApi':
          return { ...implicitApi(type, own, context), ...role };
        default:
          context.evaluation.report(
            [...at, 'Type'],
            `${type || 'nothing'} is no event of a state machine`,
            'events: Schedule, ScheduleV2, EventBridgeRule, CloudWatchEvent, Api',
          );
          return {};
      }
    }),
  ) as JsonObject;
}

const STARTED_BY: Readonly<Record<string, string>> = {
  ScheduleV2: 'scheduler',
  Api: 'apigateway',
  HttpApi: 'apigateway',
};

/** The role in which an event starts the machine. */
function startRole(machineId: string, type: string): JsonObject {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: [`${STARTED_BY[type] ?? 'events'}.amazonaws.com`] },
            Action: ['sts:AssumeRole'],
          },
        ],
      },
      Policies: [
        {
          PolicyName: 'StartExecution',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: machineId } }],
          },
        },
      ],
    },
  };
}
