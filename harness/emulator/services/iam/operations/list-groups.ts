import { defineIamOperation, page } from '../parameters.ts';
import { groupShape } from '../shapes.ts';
import { byName } from '../store/iam-store.ts';

export const listGroups = defineIamOperation({
  name: 'ListGroups',
  handle({ store }, input) {
    const prefix = input['PathPrefix'] ?? '/';
    const groups = [...store.groups.values()].filter(({ path }) => path.startsWith(prefix)).sort(byName);
    const { items, more } = page(input, groups);
    return { Groups: { member: items.map(groupShape) }, ...more };
  },
});
