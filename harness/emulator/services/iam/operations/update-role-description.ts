import { defineIamOperation, required } from '../parameters.ts';
import { roleShape } from '../shapes.ts';

export const updateRoleDescription = defineIamOperation({
  name: 'UpdateRoleDescription',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    role.description = required(input, 'Description');
    store.save();
    return { Role: roleShape(role, 'listed') };
  },
});
