import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { destinationOf } from '../destinations.ts';

export const deleteDestination = defineJsonOperation<LogsContext>({
  name: 'DeleteDestination',
  handle(context, input) {
    context.account.destinations.delete(destinationOf(context, input).destinationName);
    context.account.save();
    return {};
  },
});
