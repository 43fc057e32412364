import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { deliveryName, noSuchDestination } from '../deliveries.ts';

/** An empty policy where none was put. */
export const getDeliveryDestinationPolicy = defineJsonOperation<LogsContext>({
  name: 'GetDeliveryDestinationPolicy',
  handle({ account }, input) {
    const destination = account.deliveryDestinations.get(deliveryName(input, 'deliveryDestinationName'));
    if (!destination) throw noSuchDestination();
    return { policy: { deliveryDestinationPolicy: destination.policy } };
  },
});
