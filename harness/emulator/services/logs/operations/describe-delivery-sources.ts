import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { sourceShape } from '../deliveries.ts';

export const describeDeliverySources = defineJsonOperation<LogsContext>({
  name: 'DescribeDeliverySources',
  handle({ account }, input) {
    const { items, nextToken } = pageOf(input, account.deliverySources, { limit: 'limit' });
    return { deliverySources: items.map(sourceShape), nextToken };
  },
});
