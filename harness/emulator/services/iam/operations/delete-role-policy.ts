import { noSuchInlinePolicy } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const deleteRolePolicy = defineIamOperation({
  name: 'DeleteRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const name = required(input, 'PolicyName');
    if (role.inlinePolicies[name] === undefined) throw noSuchInlinePolicy(name);
    delete role.inlinePolicies[name];
    store.save();
    return {};
  },
});
