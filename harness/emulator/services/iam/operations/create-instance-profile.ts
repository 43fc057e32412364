import { alphanumeric } from '../../../../core/ids.ts';
import { alreadyExists } from '../errors.ts';
import { defineIamOperation, entityName, entityPath, tagList } from '../parameters.ts';
import { instanceProfileShape } from '../shapes.ts';

export const createInstanceProfile = defineIamOperation({
  name: 'CreateInstanceProfile',
  handle({ env, store }, input) {
    const name = entityName(input, 'InstanceProfileName');
    const path = entityPath(input);
    const tags = tagList(input, { foldsCase: false });
    if (store.instanceProfiles.has(name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
    const profile = {
      name,
      path,
      id: `AIPA${alphanumeric(env.random, 17)}`,
      arn: `arn:aws:iam::${env.accountId}:instance-profile${path}${name}`,
      createdMs: env.clock.nowMs(),
      tags,
    };
    store.instanceProfiles.set(name, profile);
    store.save();
    return { InstanceProfile: instanceProfileShape(profile, store, 'created') };
  },
});
