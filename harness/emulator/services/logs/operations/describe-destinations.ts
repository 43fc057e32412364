import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { destinationShape } from '../destinations.ts';
import { optionalText } from '../parameters.ts';

export const describeDestinations = defineJsonOperation<LogsContext>({
  name: 'DescribeDestinations',
  handle({ account }, input) {
    const prefix = optionalText(input, 'DestinationNamePrefix') ?? '';
    const found = new Map([...account.destinations].filter(([name]) => name.startsWith(prefix)));
    const { items, nextToken } = pageOf(input, found, { limit: 'limit' });
    return { destinations: items.map(destinationShape), nextToken };
  },
});
