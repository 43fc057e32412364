import { noSuchKey } from '../errors.ts';
import { calledUser, defineIamOperation, required } from '../parameters.ts';

export const deleteAccessKey = defineIamOperation({
  name: 'DeleteAccessKey',
  handle(context, input, request) {
    const id = required(input, 'AccessKeyId');
    const user = calledUser(context, input, request);
    if (!user.accessKeys.some((key) => key.id === id)) throw noSuchKey(id);
    user.accessKeys = user.accessKeys.filter((key) => key.id !== id);
    context.store.save();
    return {};
  },
});
