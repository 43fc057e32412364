import { alphanumeric } from '../../../../core/ids.ts';
import { alreadyExists, limitExceeded } from '../errors.ts';
import { defineIamOperation, entityName, entityPath } from '../parameters.ts';
import { groupShape } from '../shapes.ts';

const MAX_GROUPS = 300;

export const createGroup = defineIamOperation({
  name: 'CreateGroup',
  handle({ env, store }, input) {
    const name = entityName(input, 'GroupName');
    const path = entityPath(input);
    if (store.groups.has(name)) throw alreadyExists(`Group with name ${name} already exists.`);
    if (store.groups.size >= MAX_GROUPS) throw limitExceeded(`Cannot exceed quota for Groups: ${MAX_GROUPS}`);
    const group = {
      name,
      path,
      id: `AGPA${alphanumeric(env.random, 17)}`,
      arn: `arn:aws:iam::${env.accountId}:group${path}${name}`,
      createdMs: env.clock.nowMs(),
      tags: {},
      inlinePolicies: {},
      attachedPolicyArns: [],
      memberIds: [],
    };
    store.groups.set(name, group);
    store.save();
    return { Group: groupShape(group) };
  },
});
