import { calledUser, defineIamOperation, page } from '../parameters.ts';
import { isoDate } from '../shapes.ts';

export const listAccessKeys = defineIamOperation({
  name: 'ListAccessKeys',
  handle(context, input, request) {
    const user = calledUser(context, input, request);
    const { items, more } = page(input, user.accessKeys);
    const member = items.map((key) => ({
      UserName: user.name,
      AccessKeyId: key.id,
      Status: key.isActive ? 'Active' : 'Inactive',
      CreateDate: isoDate(key.createdMs),
    }));
    return { AccessKeyMetadata: { member }, ...more };
  },
});
