import { noSuchKey, validationError } from '../errors.ts';
import { calledUser, defineIamOperation, required } from '../parameters.ts';

export const updateAccessKey = defineIamOperation({
  name: 'UpdateAccessKey',
  handle(context, input, request) {
    const id = required(input, 'AccessKeyId');
    const status = required(input, 'Status');
    if (status !== 'Active' && status !== 'Inactive') {
      throw validationError(
        `1 validation error detected: Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive, Expired]`,
      );
    }
    const key = calledUser(context, input, request).accessKeys.find((one) => one.id === id);
    if (!key) throw noSuchKey(id);
    key.isActive = status === 'Active';
    context.store.save();
    return {};
  },
});
