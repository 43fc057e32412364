import type {
  DeleteDeliveryDestinationCommandInput,
  DeleteDeliveryDestinationPolicyCommandInput,
  DescribeDeliveryDestinationsCommandInput,
  GetDeliveryDestinationCommandInput,
  GetDeliveryDestinationPolicyCommandInput,
  PutDeliveryDestinationCommandInput,
  PutDeliveryDestinationPolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseArn } from '../../../arn.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { deliveryConflict, invalidDelivery, noSuchPart } from '../delivery-errors.ts';
import { logsArn, logsCall } from '../names.ts';
import { pageByKey } from '../pages.ts';
import { policyText } from '../policy-text.ts';
import type { DeliveryDestination } from '../store/account-store.ts';

const destinationCall = (operation: string, { env }: LogsContext, name = '*') =>
  logsCall(operation, logsArn(env, 'delivery-destination', name));

/** Without its tags, as AWS shows it. */
const destinationShape = ({ tags: _, policy: __, ...shown }: DeliveryDestination): object => shown;

function destinationOf({ account }: LogsContext, name: string): DeliveryDestination {
  const destination = account.deliveryDestinations.get(name);
  if (!destination) throw noSuchPart('Delivery Destination');
  return destination;
}

export const putDeliveryDestination = defineOperation<LogsContext, PutDeliveryDestinationCommandInput>({
  name: 'PutDeliveryDestination',
  permission: ({ name }, context) => [destinationCall('PutDeliveryDestination', context, name)],
  handle({ env, account }, input) {
    const { name, outputFormat, deliveryDestinationConfiguration, deliveryDestinationType, tags } = input;
    const target = deliveryDestinationConfiguration?.destinationResourceArn;
    // X-Ray alone needs no ARN.
    if (target === undefined && deliveryDestinationType !== 'XRAY') {
      throw invalidDelivery('deliveryDestinationConfiguration is required.');
    }
    const before = account.deliveryDestinations.get(name);
    const destination = {
      ...before,
      arn: logsArn(env, 'delivery-destination', name),
      ...(target === undefined
        ? { deliveryDestinationType: 'XRAY' }
        : {
            deliveryDestinationType: typeOf(target, env),
            deliveryDestinationConfiguration: { destinationResourceArn: target },
          }),
      name,
      ...(outputFormat === undefined ? {} : { outputFormat }),
      tags: { ...before?.tags, ...tags },
    };
    account.deliveryDestinations.set(name, destination);
    account.save();
    return { deliveryDestination: destinationShape(destination) };
  },
});

/** A bucket, or a log group or Firehose stream of this account and region. @throws AwsError ValidationException */
function typeOf(target: string, env: { region: string; accountId: string }): 'S3' | 'CWL' | 'FH' {
  const arn = parseArn(target);
  if (!arn) throw invalidDelivery('destinationResourceArn is not a valid ARN.');
  const { service, region, accountId, resource } = arn;
  if (service === 's3' && region === '' && accountId === '') return 'S3';
  const isHere = region === env.region && accountId === env.accountId;
  if (isHere && service === 'logs' && resource.startsWith('log-group:')) return 'CWL';
  if (isHere && service === 'firehose' && resource.startsWith('deliverystream/')) return 'FH';
  throw invalidDelivery(
    `${target} is not a bucket, log group or delivery stream of this account and region.`,
  );
}

export const getDeliveryDestination = defineOperation<LogsContext, GetDeliveryDestinationCommandInput>({
  name: 'GetDeliveryDestination',
  permission: ({ name }, context) => [destinationCall('GetDeliveryDestination', context, name)],
  handle: (context, { name }) => ({ deliveryDestination: destinationShape(destinationOf(context, name)) }),
});

export const deleteDeliveryDestination = defineOperation<LogsContext, DeleteDeliveryDestinationCommandInput>({
  name: 'DeleteDeliveryDestination',
  permission: ({ name }, context) => [destinationCall('DeleteDeliveryDestination', context, name)],
  handle(context, { name }) {
    const { account } = context;
    const destination = destinationOf(context, name);
    const isUsed = [...account.deliveries.values()].some(
      ({ deliveryDestinationArn }) => deliveryDestinationArn === destination.arn,
    );
    if (isUsed) {
      throw deliveryConflict('This Delivery Destination is in use by a Delivery and cannot be deleted.');
    }
    account.deliveryDestinations.delete(name);
    account.save();
    return {};
  },
});

export const describeDeliveryDestinations = defineOperation<
  LogsContext,
  DescribeDeliveryDestinationsCommandInput
>({
  name: 'DescribeDeliveryDestinations',
  permission: () => [logsCall('DescribeDeliveryDestinations')],
  handle({ account }, input) {
    const page = pageByKey(account.deliveryDestinations, input, 'DescribeDeliveryDestinations');
    return { deliveryDestinations: page.values.map(destinationShape), nextToken: page.nextToken };
  },
});

export const putDeliveryDestinationPolicy = defineOperation<
  LogsContext,
  PutDeliveryDestinationPolicyCommandInput
>({
  name: 'PutDeliveryDestinationPolicy',
  permission: ({ deliveryDestinationName }, context) => [
    destinationCall('PutDeliveryDestinationPolicy', context, deliveryDestinationName),
  ],
  handle(context, { deliveryDestinationName, deliveryDestinationPolicy }) {
    const destination = destinationOf(context, deliveryDestinationName);
    destination.policy = policyText(deliveryDestinationPolicy, 'deliveryDestinationPolicy');
    context.account.save();
    return { policy: { deliveryDestinationPolicy: destination.policy } };
  },
});

/** An empty policy where none was put. */
export const getDeliveryDestinationPolicy = defineOperation<
  LogsContext,
  GetDeliveryDestinationPolicyCommandInput
>({
  name: 'GetDeliveryDestinationPolicy',
  permission: ({ deliveryDestinationName }, context) => [
    destinationCall('GetDeliveryDestinationPolicy', context, deliveryDestinationName),
  ],
  handle: (context, { deliveryDestinationName }) => ({
    policy: { deliveryDestinationPolicy: destinationOf(context, deliveryDestinationName).policy },
  }),
});

export const deleteDeliveryDestinationPolicy = defineOperation<
  LogsContext,
  DeleteDeliveryDestinationPolicyCommandInput
>({
  name: 'DeleteDeliveryDestinationPolicy',
  permission: ({ deliveryDestinationName }, context) => [
    destinationCall('DeleteDeliveryDestinationPolicy', context, deliveryDestinationName),
  ],
  handle(context, { deliveryDestinationName }) {
    delete destinationOf(context, deliveryDestinationName).policy;
    context.account.save();
    return {};
  },
});
