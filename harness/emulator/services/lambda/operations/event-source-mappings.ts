/**
 * Event source mappings. Queues and streams belong to services that are not emulated: every source is answered as AWS
 * answers for one that does not exist, and no mapping ever does.
 */
import type { CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import { parseArn } from '../../../arn.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { LambdaContext } from '../context.ts';
import { invalidParameter, resourceDoesNotExist, violated } from '../errors.ts';
import { functionReference } from '../function-name.ts';
import { functionResource, onEverything } from '../permissions.ts';

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const createEventSourceMapping = defineOperation<LambdaContext, CreateEventSourceMappingCommandInput>({
  name: 'CreateEventSourceMapping',
  permission: ({ FunctionName }, { env }) => [
    {
      action: 'lambda:CreateEventSourceMapping',
      resource: '*',
      context: { 'lambda:FunctionArn': functionResource(env, { FunctionName }) },
    },
  ],
  handle({ env, store }, input) {
    const { EventSourceArn: arn, StartingPosition: position, FunctionName } = input;
    if (arn === undefined) throw invalidParameter('Unrecognized event source.');
    const { service, region, accountId } = parseArn(arn) ?? {};
    const isStream = service === 'kinesis' || service === 'dynamodb';
    if (isStream && position === undefined) {
      const missing = violated(null, 'startingPosition', 'Member must not be null.');
      throw invalidParameter(missing);
    }
    if (isStream && input.StartingPositionTimestamp !== undefined && position !== 'AT_TIMESTAMP') {
      throw invalidParameter('Timestamp only valid with StartingPosition AT_TIMESTAMP');
    }
    if (service === 'sqs' && position !== undefined) {
      throw invalidParameter('StartingPosition is not valid for SQS event sources.');
    }
    if (!store.find(functionReference({ FunctionName }).name)) {
      throw invalidParameter('Function does not exist');
    }
    // Buckets, which are no event sources, have no region in their ARNs.
    if (region && region !== env.region) {
      throw invalidParameter(`Event source region must match Lambda region ${env.region}`);
    }
    if (service === 'kinesis' && accountId !== env.accountId) {
      throw invalidParameter(
        'Received Exception while reading from provided stream. No account found for the given parameters',
      );
    }
    if (isStream) throw invalidParameter(`Stream not found: ${arn}`);
    if (service === 'sqs') {
      throw invalidParameter(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      );
    }
    throw invalidParameter('Unrecognized event source.');
  },
});

const ofNoMapping = (name: string): Operation<LambdaContext> =>
  defineOperation<LambdaContext, object>({
    name,
    permission: onEverything(name),
    handle() {
      throw resourceDoesNotExist();
    },
  });

const listEventSourceMappings = defineOperation<LambdaContext, object>({
  name: 'ListEventSourceMappings',
  permission: onEverything('ListEventSourceMappings'),
  handle: () => ({ EventSourceMappings: [] }),
});

export const eventSourceMappingOperations: readonly Operation<LambdaContext>[] = [
  createEventSourceMapping,
  ofNoMapping('DeleteEventSourceMapping'),
  ofNoMapping('GetEventSourceMapping'),
  listEventSourceMappings,
  ofNoMapping('UpdateEventSourceMapping'),
];
