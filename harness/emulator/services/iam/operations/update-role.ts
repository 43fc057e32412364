import { defineIamOperation, required } from '../parameters.ts';

export const updateRole = defineIamOperation({
  name: 'UpdateRole',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    if (input['Description'] !== undefined) role.description = input['Description'];
    if (input['MaxSessionDuration'] !== undefined)
      role.maxSessionSeconds = Number(input['MaxSessionDuration']);
    store.save();
    return {};
  },
});
