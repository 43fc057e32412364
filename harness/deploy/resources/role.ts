import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { RoleResource } from '../resource.ts';
import { type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A role with one inline policy of the same name. */
export const role: ResourceDriver<RoleResource> = {
  async apply({ clients: { iam }, tags }, { name, trust, policy }) {
    const names = { RoleName: name, PolicyName: name };
    const present = await unlessNotFound(iam.send(new GetRoleCommand({ RoleName: name })));
    if (!present) {
      await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify(trust),
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    } else if (!sameDocument(present.Role?.AssumeRolePolicyDocument, trust)) {
      await iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: JSON.stringify(trust) }),
      );
    }
    const inline = await unlessNotFound(iam.send(new GetRolePolicyCommand(names)));
    const samePolicy = sameDocument(inline?.PolicyDocument, policy);
    if (!samePolicy) {
      await iam.send(new PutRolePolicyCommand({ ...names, PolicyDocument: JSON.stringify(policy) }));
    }
    if (!present) return 'created';
    return samePolicy && sameDocument(present.Role?.AssumeRolePolicyDocument, trust)
      ? 'unchanged'
      : 'updated';
  },

  async remove({ clients: { iam } }, { name }) {
    await unlessNotFound(iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name })));
    return (await unlessNotFound(iam.send(new DeleteRoleCommand({ RoleName: name })))) !== undefined;
  },
};

/** IAM answers documents URL-encoded (RFC 3986); some emulators answer them plain. */
function sameDocument(text: string | undefined, wanted: JsonObject): boolean {
  if (text === undefined) return false;
  const plain = text.startsWith('%') ? decodeURIComponent(text) : text;
  return canonicalJson(JSON.parse(plain) as Json) === canonicalJson(wanted);
}
