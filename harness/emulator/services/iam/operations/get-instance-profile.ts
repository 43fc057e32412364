import { defineIamOperation, required } from '../parameters.ts';
import { instanceProfileShape } from '../shapes.ts';

export const getInstanceProfile = defineIamOperation({
  name: 'GetInstanceProfile',
  handle({ store }, input) {
    const profile = store.instanceProfile(required(input, 'InstanceProfileName'));
    return { InstanceProfile: instanceProfileShape(profile, store, 'whole') };
  },
});
