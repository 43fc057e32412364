import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { conflict, deliveryName, noSuchDestination } from '../deliveries.ts';

export const deleteDeliveryDestination = defineJsonOperation<LogsContext>({
  name: 'DeleteDeliveryDestination',
  handle({ account }, input) {
    const name = deliveryName(input, 'name');
    const destination = account.deliveryDestinations.get(name);
    if (!destination) throw noSuchDestination();
    const isUsed = ({ deliveryDestinationArn }: { deliveryDestinationArn: string }) =>
      deliveryDestinationArn === destination.arn;
    if ([...account.deliveries.values()].some(isUsed)) {
      throw conflict('This Delivery Destination is in use by a Delivery and cannot be deleted.');
    }
    account.deliveryDestinations.delete(name);
    account.save();
    return {};
  },
});
