import { alphanumeric } from '../../../../core/ids.ts';
import { alreadyExists, validationError } from '../errors.ts';
import { defineIamOperation, entityName, entityPath, required, tagList, trustPolicy } from '../parameters.ts';
import { boundaryArn } from '../principal-policies.ts';
import { roleShape } from '../shapes.ts';

export const createRole = defineIamOperation({
  name: 'CreateRole',
  handle({ env, store }, input) {
    const name = entityName(input, 'RoleName');
    const path = entityPath(input);
    const document = required(input, 'AssumeRolePolicyDocument');
    const maxSessionSeconds = Number(input['MaxSessionDuration'] ?? 3600);
    if (!Number.isInteger(maxSessionSeconds) || maxSessionSeconds < 3600 || maxSessionSeconds > 43_200) {
      throw validationError(
        `1 validation error detected: Value '${input['MaxSessionDuration']}' at 'maxSessionDuration' failed to satisfy constraint: Member must have value between 3600 and 43200`,
      );
    }
    if (store.roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
    trustPolicy(document);
    const description = input['Description'];
    const permissionsBoundary =
      input['PermissionsBoundary'] === undefined ? undefined : boundaryArn(store, input);
    const role = {
      name,
      path,
      id: `AROA${alphanumeric(env.random, 17)}`,
      arn: `arn:aws:iam::${env.accountId}:role${path}${name}`,
      createdMs: env.clock.nowMs(),
      trustPolicy: document,
      ...(description === undefined ? {} : { description }),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      maxSessionSeconds,
      tags: tagList(input, { foldsCase: true }),
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    store.roles.set(name, role);
    store.save();
    return { Role: roleShape(role, 'created') };
  },
});
