import { limitExceeded } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

const MAX_ATTACHED = 20;

export const attachRolePolicy = defineIamOperation({
  name: 'AttachRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const { arn } = store.policy(required(input, 'PolicyArn'));
    if (!role.attachedPolicyArns.includes(arn)) {
      if (role.attachedPolicyArns.length >= MAX_ATTACHED) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`);
      }
      role.attachedPolicyArns.push(arn);
    }
    store.save();
    return {};
  },
});
