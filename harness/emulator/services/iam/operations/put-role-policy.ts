import { defineIamOperation, entityName, policyDocument, required } from '../parameters.ts';

export const putRolePolicy = defineIamOperation({
  name: 'PutRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    role.inlinePolicies[entityName(input, 'PolicyName')] = policyDocument(input, 'PolicyDocument');
    store.save();
    return {};
  },
});
