import { defineIamOperation, required } from '../parameters.ts';
import { policyShape } from '../shapes.ts';

export const getPolicy = defineIamOperation({
  name: 'GetPolicy',
  handle({ store }, input) {
    const policy = store.policy(required(input, 'PolicyArn'));
    return { Policy: policyShape(policy, store) };
  },
});
