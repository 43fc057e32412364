import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { canonicalJson } from '../../artifacts/digest.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { RoleResource } from '../resource.ts';
import { type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A role with one inline policy of the same name, and managed policies. */
export const role: ResourceDriver<RoleResource> = {
  async apply({ clients: { iam }, tags }, { name, trust, policy, managedPolicyArns = [] }) {
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
    const attached = await attach(iam, name, managedPolicyArns);
    if (!present) return 'created';
    return samePolicy && attached === 0 && sameDocument(present.Role?.AssumeRolePolicyDocument, trust)
      ? 'unchanged'
      : 'updated';
  },

  async remove({ clients: { iam } }, { name }) {
    await unlessNotFound(attach(iam, name, []));
    await unlessNotFound(iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: name })));
    return (await unlessNotFound(iam.send(new DeleteRoleCommand({ RoleName: name })))) !== undefined;
  },
};

/** Attaches just these managed policies; answers how many were attached or detached. */
async function attach(iam: IAMClient, RoleName: string, wanted: readonly string[]): Promise<number> {
  const answer = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  const present = (answer.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []);
  const missing = wanted.filter((arn) => !present.includes(arn));
  const excess = present.filter((arn) => !wanted.includes(arn));
  for (const PolicyArn of missing) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  for (const PolicyArn of excess) await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  return missing.length + excess.length;
}

/** IAM answers documents URL-encoded (RFC 3986); some emulators answer them plain. */
function sameDocument(text: string | undefined, wanted: JsonObject): boolean {
  if (text === undefined) return false;
  const plain = text.startsWith('%') ? decodeURIComponent(text) : text;
  return canonicalJson(JSON.parse(plain) as Json) === canonicalJson(wanted);
}
