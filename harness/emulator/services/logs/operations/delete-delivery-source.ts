import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { conflict, deliveryName, noSuchSource } from '../deliveries.ts';

export const deleteDeliverySource = defineJsonOperation<LogsContext>({
  name: 'DeleteDeliverySource',
  handle({ account }, input) {
    const name = deliveryName(input, 'name');
    if (!account.deliverySources.has(name)) throw noSuchSource();
    if ([...account.deliveries.values()].some(({ deliverySourceName }) => deliverySourceName === name)) {
      throw conflict('This Delivery Source is in use by a Delivery and cannot be deleted.');
    }
    account.deliverySources.delete(name);
    account.save();
    return {};
  },
});
