import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { deliveryShape, noSuchDelivery } from '../deliveries.ts';
import { requiredText } from '../parameters.ts';

export const getDelivery = defineJsonOperation<LogsContext>({
  name: 'GetDelivery',
  handle({ account }, input) {
    const delivery = account.deliveries.get(requiredText(input, 'id'));
    if (!delivery) throw noSuchDelivery();
    return { delivery: deliveryShape(delivery) };
  },
});
