import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { deliveryName, noSuchDestination } from '../deliveries.ts';

export const deleteDeliveryDestinationPolicy = defineJsonOperation<LogsContext>({
  name: 'DeleteDeliveryDestinationPolicy',
  handle({ account }, input) {
    const destination = account.deliveryDestinations.get(deliveryName(input, 'deliveryDestinationName'));
    if (!destination) throw noSuchDestination();
    delete destination.policy;
    account.save();
    return {};
  },
});
