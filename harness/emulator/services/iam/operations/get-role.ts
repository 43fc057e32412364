import { defineIamOperation, required } from '../parameters.ts';
import { roleShape } from '../shapes.ts';

export const getRole = defineIamOperation({
  name: 'GetRole',
  handle: ({ store }, input) => ({
    Role: roleShape(store.role(required(input, 'RoleName')), 'whole'),
  }),
});
