import { AwsError } from '../../../../core/errors.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { invalid } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import {
  conflict,
  deliveryName,
  deliveryShape,
  noSuchDestination,
  noSuchSource,
  parsedArn,
  recordMembers,
} from '../deliveries.ts';
import { requiredText, tagMap } from '../parameters.ts';

/** One pair of source and destination. */
export const createDelivery = defineJsonOperation<LogsContext>({
  name: 'CreateDelivery',
  handle({ env, account }, input) {
    const deliverySourceName = deliveryName(input, 'deliverySourceName');
    const deliveryDestinationArn = requiredText(input, 'deliveryDestinationArn');
    const target = parsedArn(deliveryDestinationArn, 'deliveryDestinationArn');
    const isDestination = target.service === 'logs' && target.resource.startsWith('delivery-destination:');
    if (!isDestination || target.region !== env.region) {
      throw invalid('deliveryDestinationArn is not the ARN of a delivery destination of this region.');
    }
    if (target.accountId !== env.accountId) {
      throw new AwsError('AccessDeniedException', 'Access to the Delivery Destination is denied.');
    }
    if (!account.deliverySources.has(deliverySourceName)) throw noSuchSource();
    const destination = [...account.deliveryDestinations.values()].find(
      ({ arn }) => arn === deliveryDestinationArn,
    );
    if (!destination) throw noSuchDestination();
    const isPaired = [...account.deliveries.values()].some(
      (one) =>
        one.deliverySourceName === deliverySourceName && one.deliveryDestinationArn === destination.arn,
    );
    if (isPaired) throw conflict('Delivery already exists');
    const id = alphanumeric(env.random, 16);
    const delivery = {
      arn: `arn:aws:logs:${env.region}:${env.accountId}:delivery:${id}`,
      deliveryDestinationArn,
      deliveryDestinationType: destination.deliveryDestinationType,
      deliverySourceName,
      id,
      ...recordMembers(input),
      tags: tagMap(input),
    };
    account.deliveries.set(id, delivery);
    account.save();
    return { delivery: deliveryShape(delivery) };
  },
});
