import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { noSuchDelivery } from '../deliveries.ts';
import { requiredText } from '../parameters.ts';

export const deleteDelivery = defineJsonOperation<LogsContext>({
  name: 'DeleteDelivery',
  handle({ account }, input) {
    if (!account.deliveries.delete(requiredText(input, 'id'))) throw noSuchDelivery();
    account.save();
    return {};
  },
});
