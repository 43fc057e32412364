import type { JsonObject } from '../../../../core/json.ts';
import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, violation } from '../errors.ts';
import { functionReference } from '../function-name.ts';
import { oneOf, requiredText, text } from '../parameters.ts';

const POSITIONS = ['LATEST', 'AT_TIMESTAMP', 'TRIM_HORIZON'] as const;

/**
 * Queues and streams are other services' and not emulated: every source is answered as AWS answers for one that
 * does not exist.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export const createEventSourceMapping = defineLambdaOperation({
  name: 'CreateEventSourceMapping',
  http: { method: 'POST', path: '/2015-03-31/event-source-mappings' },
  status: 202,
  handle({ env, store }, { body }) {
    const arn = text(body, 'EventSourceArn');
    if (arn === undefined) throw invalidParameter('Unrecognized event source.');
    const [, service, region, accountId] = /^arn:aws[\w-]*:(\w+):([\w-]*):(\d*):/.exec(arn) ?? [];
    const isStream = service === 'kinesis' || service === 'dynamodb';
    oneOf(text(body, 'StartingPosition'), 'startingPosition', POSITIONS);
    if (isStream) checkPosition(body);
    if (service === 'sqs' && body['StartingPosition'] !== undefined) {
      throw invalidParameter('StartingPosition is not valid for SQS event sources.');
    }
    if (!store.find(functionReference(requiredText(body, 'FunctionName')).name)) {
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

/** @throws AwsError InvalidParameterValueException, ValidationException */
function checkPosition(body: JsonObject): void {
  const position = text(body, 'StartingPosition');
  if (position === undefined) {
    const missing = violation(null, 'startingPosition', 'Member must not be null.');
    throw invalidParameter(`1 validation error detected: ${missing}`);
  }
  if (body['StartingPositionTimestamp'] !== undefined && position !== 'AT_TIMESTAMP') {
    throw invalidParameter('Timestamp only valid with StartingPosition AT_TIMESTAMP');
  }
}
