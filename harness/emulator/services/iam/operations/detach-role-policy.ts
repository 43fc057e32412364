import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const detachRolePolicy = defineIamOperation({
  name: 'DetachRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const arn = required(input, 'PolicyArn');
    if (!role.attachedPolicyArns.includes(arn)) {
      throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
    }
    role.attachedPolicyArns = role.attachedPolicyArns.filter((attached) => attached !== arn);
    store.save();
    return {};
  },
});
