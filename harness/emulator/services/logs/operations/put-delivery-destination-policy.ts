import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { policyText } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { deliveryName, noSuchDestination } from '../deliveries.ts';

export const putDeliveryDestinationPolicy = defineJsonOperation<LogsContext>({
  name: 'PutDeliveryDestinationPolicy',
  handle({ account }, input) {
    const destination = account.deliveryDestinations.get(deliveryName(input, 'deliveryDestinationName'));
    if (!destination) throw noSuchDestination();
    destination.policy = policyText(input, 'deliveryDestinationPolicy');
    account.save();
    return { policy: { deliveryDestinationPolicy: destination.policy } };
  },
});
