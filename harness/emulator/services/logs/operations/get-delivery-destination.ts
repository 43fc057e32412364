import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { deliveryDestinationShape, deliveryName, noSuchDestination } from '../deliveries.ts';

export const getDeliveryDestination = defineJsonOperation<LogsContext>({
  name: 'GetDeliveryDestination',
  handle({ account }, input) {
    const destination = account.deliveryDestinations.get(deliveryName(input, 'name'));
    if (!destination) throw noSuchDestination();
    return { deliveryDestination: deliveryDestinationShape(destination) };
  },
});
