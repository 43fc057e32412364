import { alphanumeric } from '../../../../core/ids.ts';
import { alreadyExists } from '../errors.ts';
import { defineIamOperation, entityName, entityPath, identityPolicy, tagList } from '../parameters.ts';
import { policyShape } from '../shapes.ts';

export const createPolicy = defineIamOperation({
  name: 'CreatePolicy',
  handle({ env, store }, input) {
    const name = entityName(input, 'PolicyName');
    const path = entityPath(input);
    const document = identityPolicy(input);
    const arn = `arn:aws:iam::${env.accountId}:policy${path}${name}`;
    if (store.policies.has(arn)) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    const createdMs = env.clock.nowMs();
    const description = input['Description'];
    const policy = {
      name,
      path,
      id: `ANPA${alphanumeric(env.random, 17)}`,
      arn,
      createdMs,
      updatedMs: createdMs,
      ...(description === undefined ? {} : { description }),
      tags: tagList(input, { foldsCase: false }),
      versions: [{ id: 'v1', document, createdMs }],
      defaultVersionId: 'v1',
    };
    store.policies.set(arn, policy);
    store.save();
    return { Policy: policyShape(policy, store) };
  },
});
