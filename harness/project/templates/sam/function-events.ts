/** Events of functions: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html */
import type { JsonObject } from '../../../core/json.ts';
import type { Path } from '../../../document/source.ts';
import { isGroup } from '../value.ts';
import { implicitApi } from './apis.ts';
import { arnOf, pick, type SamContext, type SamResource } from './expand-resource.ts';
import { ruleOf, scheduleOf } from './schedules.ts';

interface FunctionEvent {
  /** Logical id of what is made for it. */
  id: string;
  functionId: string;
  properties: JsonObject;
  path: Path;
  context: SamContext;
}

/** Event sources that Lambda polls. */
const POLLED: Readonly<Record<string, string>> = {
  SQS: 'Queue',
  Kinesis: 'Stream',
  DynamoDB: 'Stream',
  MSK: 'Stream',
  MQ: 'Broker',
  SelfManagedKafka: 'KafkaBootstrapServers',
  DocumentDB: 'Cluster',
};

export function functionEvents(
  { logicalId, properties, path }: SamResource,
  context: SamContext,
): JsonObject {
  const events = properties['Events'];
  if (!isGroup(events)) return {};
  return Object.assign(
    {},
    ...Object.entries(events).map(([name, event]) => {
      const at: Path = [...path, 'Properties', 'Events', name];
      if (!isGroup(event) || typeof event['Type'] !== 'string') {
        context.evaluation.report(at, `the event ${name} is a group with a Type`);
        return {};
      }
      const own = isGroup(event['Properties']) ? event['Properties'] : {};
      return resourcesOf(event['Type'], {
        id: `${logicalId}${name}`,
        functionId: logicalId,
        properties: own,
        path: at,
        context,
      });
    }),
  ) as JsonObject;
}

function resourcesOf(type: string, event: FunctionEvent): JsonObject {
  const { id, functionId, properties, path, context } = event;
  const source = POLLED[type];
  if (source !== undefined)
    return {
      [id]: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: properties[source] ?? '', FunctionName: { Ref: functionId } },
      },
    };
  switch (type) {
    case 'S3':
      return bucketEvent(event);
    case 'Schedule':
    case 'ScheduleV2':
      return {
        ...scheduleOf(type, id, arnOf(functionId), properties),
        ...permission(event, 'events.amazonaws.com'),
      };
    case 'CloudWatchEvent':
    case 'EventBridgeRule':
      return { ...ruleOf(id, arnOf(functionId), properties), ...permission(event, 'events.amazonaws.com') };
    case 'SNS':
      return {
        [id]: {
          Type: 'AWS::SNS::Subscription',
          Properties: {
            Protocol: 'lambda',
            Endpoint: arnOf(functionId),
            TopicArn: properties['Topic'] ?? '',
          },
        },
        ...permission(
          event,
          'sns.amazonaws.com',
          properties['Topic'] === undefined ? {} : { SourceArn: properties['Topic'] },
        ),
      };
    case 'CloudWatchLogs':
      return {
        [id]: {
          Type: 'AWS::Logs::SubscriptionFilter',
          DependsOn: `${id}Permission`,
          Properties: {
            ...pick(properties, ['LogGroupName', 'FilterPattern']),
            DestinationArn: arnOf(functionId),
          },
        },
        ...permission(event, 'logs.amazonaws.com'),
      };
    case 'Api':
    case 'HttpApi':
      return { ...implicitApi(type, properties, context), ...permission(event, 'apigateway.amazonaws.com') };
    case 'AlexaSkill':
    case 'IoTRule':
    case 'Cognito':
      return permission(
        event,
        `${{ AlexaSkill: 'alexa-appkit', IoTRule: 'iot', Cognito: 'cognito-idp' }[type]}.amazonaws.com`,
      );
    default:
      context.evaluation.report(
        [...path, 'Type'],
        `${type} is no event of a function`,
        `events: S3, Schedule, ScheduleV2, EventBridgeRule, Api, HttpApi, SNS, CloudWatchLogs, ${Object.keys(POLLED).join(', ')}`,
      );
      return {};
  }
}

function permission(
  { id, functionId }: FunctionEvent,
  principal: string,
  source: JsonObject = {},
): JsonObject {
  return {
    [`${id}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: functionId },
        Principal: principal,
        ...source,
      },
    },
  };
}

/** The bucket, which is one of the template, gets a notification and waits for the permission. */
function bucketEvent(event: FunctionEvent): JsonObject {
  const { id, functionId, properties, path, context } = event;
  const bucketId = isGroup(properties['Bucket']) ? properties['Bucket']['Ref'] : undefined;
  const bucket = typeof bucketId === 'string' ? context.resources[bucketId] : undefined;
  if (typeof bucketId !== 'string' || !isGroup(bucket) || bucket['Type'] !== 'AWS::S3::Bucket') {
    context.evaluation.report(
      [...path, 'Properties'],
      'the Bucket of an S3 event is not one of this template',
      'write Bucket: !Ref with the logical id of a bucket of the template',
    );
    return {};
  }
  const own = isGroup(bucket['Properties']) ? bucket['Properties'] : {};
  const present = isGroup(own['NotificationConfiguration']) ? own['NotificationConfiguration'] : {};
  const configurations = present['LambdaConfigurations'];
  const added = [properties['Events'] ?? 's3:ObjectCreated:*'].flat().map((one) => ({
    Event: one,
    Function: arnOf(functionId),
    ...(properties['Filter'] === undefined ? {} : { Filter: properties['Filter'] }),
  }));
  context.resources[bucketId] = {
    ...bucket,
    DependsOn: [...[bucket['DependsOn'] ?? []].flat(), `${id}Permission`],
    Properties: {
      ...own,
      NotificationConfiguration: {
        ...present,
        LambdaConfigurations: [...(Array.isArray(configurations) ? configurations : []), ...added],
      },
    },
  };
  return permission(event, 's3.amazonaws.com', { SourceAccount: { Ref: 'AWS::AccountId' } });
}
