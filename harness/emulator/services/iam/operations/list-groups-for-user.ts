import { defineIamOperation, required } from '../parameters.ts';

/** There are no groups; tools ask before they delete a user. */
export const listGroupsForUser = defineIamOperation({
  name: 'ListGroupsForUser',
  handle({ store }, input) {
    store.user(required(input, 'UserName'));
    return { Groups: { member: [] }, IsTruncated: false };
  },
});
