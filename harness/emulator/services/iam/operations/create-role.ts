import { alreadyExists, validationError } from '../errors.ts';
import { addRole } from '../new-role.ts';
import { defineIamOperation, entityName, entityPath, required, tagList, trustPolicy } from '../parameters.ts';
import { boundaryArn } from '../principal-policies.ts';

export const createRole = defineIamOperation({
  name: 'CreateRole',
  handle(context, input) {
    const { store } = context;
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
    return addRole(context, {
      name,
      path,
      trustPolicy: document,
      ...(description === undefined ? {} : { description }),
      ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
      maxSessionSeconds,
      tags: tagList(input, { foldsCase: true }),
    });
  },
});
