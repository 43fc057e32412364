import { queryList } from '../../../http/protocols/aws-query.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const untagPolicy = defineIamOperation({
  name: 'UntagPolicy',
  handle({ store }, input) {
    const { tags } = store.ownPolicy(required(input, 'PolicyArn'));
    for (const key of queryList(input, 'TagKeys')) delete tags[key];
    store.save();
    return {};
  },
});
