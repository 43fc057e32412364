/**
 * Deliveries of the logs of other services: pairs of a source and a destination, kept and shown. Those services are
 * not part of the emulator and send nothing.
 */
import type {
  CreateDeliveryCommandInput,
  DeleteDeliveryCommandInput,
  DescribeDeliveriesCommandInput,
  GetDeliveryCommandInput,
  UpdateDeliveryConfigurationCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../../core/errors.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { parseArn } from '../../../arn.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { deliveryConflict, invalidDelivery, noSuchPart } from '../delivery-errors.ts';
import { logsArn, logsCall } from '../names.ts';
import { pageByKey } from '../pages.ts';
import type { Delivery } from '../store/account-store.ts';

const deliveryCall = (operation: string, { env }: LogsContext, id = '*') =>
  logsCall(operation, logsArn(env, 'delivery', id));

function deliveryShape({ tags, ...delivery }: Delivery): object {
  return { ...delivery, ...(Object.keys(tags).length > 0 ? { tags } : {}) };
}

function deliveryOf({ account }: LogsContext, id: string): Delivery {
  const delivery = account.deliveries.get(id);
  if (!delivery) throw noSuchPart('Delivery');
  return delivery;
}

/** What a delivery may say of its records. */
function recordMembers({
  recordFields,
  fieldDelimiter,
  s3DeliveryConfiguration,
}: Pick<CreateDeliveryCommandInput, 'recordFields' | 'fieldDelimiter' | 's3DeliveryConfiguration'>): Pick<
  Delivery,
  'recordFields' | 'fieldDelimiter' | 's3DeliveryConfiguration'
> {
  return {
    ...(recordFields === undefined ? {} : { recordFields }),
    ...(fieldDelimiter === undefined ? {} : { fieldDelimiter }),
    ...(s3DeliveryConfiguration === undefined
      ? {}
      : { s3DeliveryConfiguration: s3DeliveryConfiguration as JsonObject }),
  };
}

/** The destination must be of this region and account. @throws AwsError */
function checkDestinationArn({ env }: LogsContext, text: string): void {
  const arn = parseArn(text);
  if (!arn) throw invalidDelivery('deliveryDestinationArn is not a valid ARN.');
  const isDestination = arn.service === 'logs' && arn.resource.startsWith('delivery-destination:');
  if (!isDestination || arn.region !== env.region) {
    throw invalidDelivery('deliveryDestinationArn is not the ARN of a delivery destination of this region.');
  }
  if (arn.accountId !== env.accountId) {
    throw new AwsError('AccessDeniedException', 'Access to the Delivery Destination is denied.');
  }
}

/** One pair of source and destination. */
export const createDelivery = defineOperation<LogsContext, CreateDeliveryCommandInput>({
  name: 'CreateDelivery',
  permission: ({ deliverySourceName = '*', deliveryDestinationArn }, { env }) => [
    logsCall('CreateDelivery', logsArn(env, 'delivery-source', deliverySourceName)),
    logsCall('CreateDelivery', deliveryDestinationArn),
  ],
  handle(context, input) {
    const { env, account } = context;
    const { deliverySourceName, deliveryDestinationArn, tags = {} } = input;
    checkDestinationArn(context, deliveryDestinationArn);
    if (!account.deliverySources.has(deliverySourceName)) throw noSuchPart('Delivery Source');
    const destination = [...account.deliveryDestinations.values()].find(
      ({ arn }) => arn === deliveryDestinationArn,
    );
    if (!destination) throw noSuchPart('Delivery Destination');
    const isPaired = [...account.deliveries.values()].some(
      (one) =>
        one.deliverySourceName === deliverySourceName && one.deliveryDestinationArn === destination.arn,
    );
    if (isPaired) throw deliveryConflict('Delivery already exists');
    const id = alphanumeric(env.random, 16);
    const delivery = {
      arn: logsArn(env, 'delivery', id),
      deliveryDestinationArn,
      deliveryDestinationType: destination.deliveryDestinationType,
      deliverySourceName,
      id,
      ...recordMembers(input),
      tags,
    };
    account.deliveries.set(id, delivery);
    account.save();
    return { delivery: deliveryShape(delivery) };
  },
});

export const getDelivery = defineOperation<LogsContext, GetDeliveryCommandInput>({
  name: 'GetDelivery',
  permission: ({ id }, context) => [deliveryCall('GetDelivery', context, id)],
  handle: (context, { id }) => ({ delivery: deliveryShape(deliveryOf(context, id)) }),
});

export const updateDeliveryConfiguration = defineOperation<
  LogsContext,
  UpdateDeliveryConfigurationCommandInput
>({
  name: 'UpdateDeliveryConfiguration',
  permission: ({ id }, context) => [deliveryCall('UpdateDeliveryConfiguration', context, id)],
  handle(context, input) {
    Object.assign(deliveryOf(context, input.id), recordMembers(input));
    context.account.save();
    return {};
  },
});

export const deleteDelivery = defineOperation<LogsContext, DeleteDeliveryCommandInput>({
  name: 'DeleteDelivery',
  permission: ({ id }, context) => [deliveryCall('DeleteDelivery', context, id)],
  handle(context, { id }) {
    context.account.deliveries.delete(deliveryOf(context, id).id);
    context.account.save();
    return {};
  },
});

export const describeDeliveries = defineOperation<LogsContext, DescribeDeliveriesCommandInput>({
  name: 'DescribeDeliveries',
  permission: () => [logsCall('DescribeDeliveries')],
  handle({ account }, input) {
    const page = pageByKey(account.deliveries, input, 'DescribeDeliveries');
    return { deliveries: page.values.map(deliveryShape), nextToken: page.nextToken };
  },
});
