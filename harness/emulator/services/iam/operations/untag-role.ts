import { queryList } from '../../../http/protocols/aws-query.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const untagRole = defineIamOperation({
  name: 'UntagRole',
  handle({ store }, input) {
    const { tags } = store.role(required(input, 'RoleName'));
    for (const key of queryList(input, 'TagKeys')) delete tags[key];
    store.save();
    return {};
  },
});
