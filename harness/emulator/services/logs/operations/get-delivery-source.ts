import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { deliveryName, noSuchSource, sourceShape } from '../deliveries.ts';

export const getDeliverySource = defineJsonOperation<LogsContext>({
  name: 'GetDeliverySource',
  handle({ account }, input) {
    const source = account.deliverySources.get(deliveryName(input, 'name'));
    if (!source) throw noSuchSource();
    return { deliverySource: sourceShape(source) };
  },
});
