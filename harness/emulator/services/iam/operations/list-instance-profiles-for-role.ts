import { defineIamOperation, page, required } from '../parameters.ts';
import { instanceProfileShape } from '../shapes.ts';

export const listInstanceProfilesForRole = defineIamOperation({
  name: 'ListInstanceProfilesForRole',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const { items, more } = page(input, store.instanceProfilesOf(role.name));
    const member = items.map((profile) => instanceProfileShape(profile, store, 'listed'));
    return { InstanceProfiles: { member }, ...more };
  },
});
