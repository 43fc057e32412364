import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { deliveryDestinationShape } from '../deliveries.ts';

export const describeDeliveryDestinations = defineJsonOperation<LogsContext>({
  name: 'DescribeDeliveryDestinations',
  handle({ account }, input) {
    const { items, nextToken } = pageOf(input, account.deliveryDestinations, { limit: 'limit' });
    return { deliveryDestinations: items.map(deliveryDestinationShape), nextToken };
  },
});
