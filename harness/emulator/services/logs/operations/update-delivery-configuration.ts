import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { noSuchDelivery, recordMembers } from '../deliveries.ts';
import { requiredText } from '../parameters.ts';

export const updateDeliveryConfiguration = defineJsonOperation<LogsContext>({
  name: 'UpdateDeliveryConfiguration',
  handle({ account }, input) {
    const delivery = account.deliveries.get(requiredText(input, 'id'));
    if (!delivery) throw noSuchDelivery();
    Object.assign(delivery, recordMembers(input));
    account.save();
    return {};
  },
});
