import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { policyText } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { destinationOf } from '../destinations.ts';

export const putDestinationPolicy = defineJsonOperation<LogsContext>({
  name: 'PutDestinationPolicy',
  handle(context, input) {
    destinationOf(context, input).accessPolicy = policyText(input, 'accessPolicy');
    context.account.save();
    return {};
  },
});
