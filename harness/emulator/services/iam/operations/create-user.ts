import { alphanumeric } from '../../../../core/ids.ts';
import { alreadyExists } from '../errors.ts';
import { defineIamOperation, entityName, entityPath, tagList } from '../parameters.ts';
import { userShape } from '../shapes.ts';

export const createUser = defineIamOperation({
  name: 'CreateUser',
  handle({ env, store }, input) {
    const name = entityName(input, 'UserName');
    const path = entityPath(input);
    if (store.users.has(name)) throw alreadyExists(`User with name ${name} already exists.`);
    const permissionsBoundary = input['PermissionsBoundary'];
    const user = {
      name,
      path,
      id: `AIDA${alphanumeric(env.random, 17)}`,
      arn: `arn:aws:iam::${env.accountId}:user${path}${name}`,
      createdMs: env.clock.nowMs(),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      tags: tagList(input, { foldsCase: true }),
      inlinePolicies: {},
      attachedPolicyArns: [],
      accessKeys: [],
    };
    store.users.set(name, user);
    store.save();
    return { User: userShape(user) };
  },
});
