import { defineIamOperation, required } from '../parameters.ts';

/** There are no instances here; clients ask before they delete a role. */
export const listInstanceProfilesForRole = defineIamOperation({
  name: 'ListInstanceProfilesForRole',
  handle({ store }, input) {
    store.role(required(input, 'RoleName'));
    return { InstanceProfiles: { member: [] }, IsTruncated: false };
  },
});
