import { noSuchInlinePolicy } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { encodeDocument } from '../shapes.ts';

export const getRolePolicy = defineIamOperation({
  name: 'GetRolePolicy',
  handle({ store }, input) {
    const role = store.role(required(input, 'RoleName'));
    const name = required(input, 'PolicyName');
    const document = role.inlinePolicies[name];
    if (document === undefined) throw noSuchInlinePolicy(name);
    return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeDocument(document) };
  },
});
