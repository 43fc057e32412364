import { defineIamOperation, page } from '../parameters.ts';

export const listAccountAliases = defineIamOperation({
  name: 'ListAccountAliases',
  handle({ store }, input) {
    const { alias } = store.account;
    const { items, more } = page(input, alias === undefined ? [] : [alias]);
    return { AccountAliases: { member: items }, ...more };
  },
});
