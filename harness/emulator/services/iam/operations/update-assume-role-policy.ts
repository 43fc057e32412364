import { defineIamOperation, required, trustPolicy } from '../parameters.ts';

export const updateAssumeRolePolicy = defineIamOperation({
  name: 'UpdateAssumeRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    role.trustPolicy = trustPolicy(required(input, 'PolicyDocument'));
    store.save();
    return {};
  },
});
