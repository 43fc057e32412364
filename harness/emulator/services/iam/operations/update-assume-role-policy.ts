import { defineIamOperation, policyDocument, required } from '../parameters.ts';

export const updateAssumeRolePolicy = defineIamOperation({
  name: 'UpdateAssumeRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    role.trustPolicy = policyDocument(input, 'PolicyDocument');
    store.save();
    return {};
  },
});
