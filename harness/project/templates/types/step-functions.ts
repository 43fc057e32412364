/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_StepFunctions.html */
import type { Json, JsonObject } from '../../../core/json.ts';
import { importDefinition } from '../import/definition.ts';
import type { ProjectDraft } from '../import/project-draft.ts';
import { arnToken, nameToken } from '../tokens.ts';
import { isGroup, textOf } from '../value.ts';
import { roleOf } from './lambda.ts';
import type { ResourceType } from './resource-type.ts';

const stateMachine: ResourceType = {
  type: 'AWS::StepFunctions::StateMachine',
  kind: 'state-machine',
  ref: (id) => arnToken('state-machine', id),
  attributes: {
    Arn: (id) => arnToken('state-machine', id),
    Name: (id) => nameToken('state-machine', id),
    StateMachineRevisionId: () => 'INITIAL',
  },
  add(resource, draft) {
    const { logicalId, properties } = resource;
    const definition = importDefinition(resource, draft);
    if (definition === undefined) return;
    const type = textOf(properties['StateMachineType'] ?? '');
    draft.stateMachines[draft.nameOf('state-machine', logicalId)!] = {
      ...definition,
      ...(type === 'EXPRESS' ? { type } : {}),
      ...loggingOf(properties['LoggingConfiguration'], draft),
      ...roleOf(resource, 'RoleArn', draft),
    };
  },
};

function loggingOf(configuration: Json | undefined, draft: ProjectDraft): JsonObject {
  if (!isGroup(configuration)) return {};
  const level = textOf(configuration['Level'] ?? '') || 'OFF';
  if (level === 'OFF') return {};
  const [destination] = [configuration['Destinations'] ?? []].flat();
  const group = isGroup(destination) ? destination['CloudWatchLogsLogGroup'] : undefined;
  const arn = isGroup(group) ? textOf(group['LogGroupArn'] ?? '') : undefined;
  const declared = draft.resources.find(
    ({ type, logicalId }) =>
      type === 'AWS::Logs::LogGroup' && arn?.includes(`:log-group:${draft.physicalName(logicalId)}`),
  );
  const days = declared?.properties['RetentionInDays'];
  return {
    logging: {
      level,
      ...(String(configuration['IncludeExecutionData']) === 'true' ? { includeExecutionData: true } : {}),
      ...(days === undefined ? {} : { retentionDays: Number(textOf(days)) }),
    },
  };
}

const activity: ResourceType = {
  type: 'AWS::StepFunctions::Activity',
  kind: 'activity',
  ref: (id) => arnToken('activity', id),
  attributes: { Arn: (id) => arnToken('activity', id), Name: (id) => nameToken('activity', id) },
  add({ logicalId }, draft) {
    draft.activities.push(draft.nameOf('activity', logicalId)!);
  },
};

export const stepFunctionsTypes: readonly ResourceType[] = [stateMachine, activity];
