import { defineIamOperation, page } from '../parameters.ts';
import { instanceProfileShape } from '../shapes.ts';
import { byName } from '../store/iam-store.ts';

export const listInstanceProfiles = defineIamOperation({
  name: 'ListInstanceProfiles',
  handle({ store }, input) {
    const prefix = input['PathPrefix'] ?? '/';
    const found = [...store.instanceProfiles.values()]
      .filter(({ path }) => path.startsWith(prefix))
      .sort(byName);
    const { items, more } = page(input, found);
    const member = items.map((profile) => instanceProfileShape(profile, store, 'listed'));
    return { InstanceProfiles: { member }, ...more };
  },
});
