import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { deliveryShape } from '../deliveries.ts';

export const describeDeliveries = defineJsonOperation<LogsContext>({
  name: 'DescribeDeliveries',
  handle({ account }, input) {
    const { items, nextToken } = pageOf(input, account.deliveries, { limit: 'limit' });
    return { deliveries: items.map(deliveryShape), nextToken };
  },
});
