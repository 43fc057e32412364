/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html */
import type { Json, JsonObject } from '../../../core/json.ts';
import type { ProjectDraft } from '../import/project-draft.ts';
import { ACCOUNT_ID, arnToken, nameToken, PARTITION, replaceTokens } from '../tokens.ts';
import { isGroup } from '../value.ts';
import type { ResourceType } from './resource-type.ts';

const listOf = (value: Json | undefined): Json[] => (value === undefined ? [] : [value].flat());

const statementsOf = (document: Json | undefined): Json[] =>
  isGroup(document) ? listOf(document['Statement']).filter(isGroup) : [];

const role: ResourceType = {
  type: 'AWS::IAM::Role',
  kind: 'role',
  ref: (id) => nameToken('role', id),
  attributes: { Arn: (id) => arnToken('role', id), RoleId: (id) => `AROA${id}` },
  add({ logicalId, properties }, draft) {
    const inline = listOf(properties['Policies']).filter(isGroup);
    writeRole(
      logicalId,
      inline.flatMap((one) => statementsOf(one['PolicyDocument'])),
      listOf(properties['ManagedPolicyArns']),
      draft,
    );
  },
};

/** A policy of its own; its statements go to the roles that it is attached to. */
const policy: ResourceType = {
  type: 'AWS::IAM::Policy',
  ref: (id) => id,
  attributes: { Id: (id) => id },
  add: ({ properties }, draft) => attach(properties, draft),
};

const managedArn = (id: string) => `arn:${PARTITION}:iam::${ACCOUNT_ID}:policy/${id}`;

const managedPolicy: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  ref: managedArn,
  attributes: {
    PolicyArn: managedArn,
    AttachmentCount: () => '1',
    DefaultVersionId: () => 'v1',
    PolicyId: (id) => `ANPA${id}`,
  },
  add({ logicalId, properties }, draft) {
    attach(properties, draft);
    // Roles name it, and their owners are known by now or will be: it is added where the role is written.
    for (const { type, logicalId: roleId, properties: own } of draft.resources)
      if (type === 'AWS::IAM::Role' && listOf(own['ManagedPolicyArns']).includes(managedArn(logicalId)))
        writeRole(roleId, statementsOf(properties['PolicyDocument']), [], draft);
  },
};

function attach(properties: JsonObject, draft: ProjectDraft): void {
  for (const one of listOf(properties['Roles'])) {
    const name = draft.resourceIn('role', one);
    if (name !== undefined) writeRole(name, statementsOf(properties['PolicyDocument']), [], draft);
  }
}

/** Adds to the policy file and the managed policies of a role. */
function writeRole(
  name: string,
  statements: readonly Json[],
  managed: readonly Json[],
  draft: ProjectDraft,
): void {
  const file = `policies/${name}.json`;
  const known = draft.files.get(draft.filePath(file));
  const before = known === undefined ? [] : ((JSON.parse(known) as JsonObject)['Statement'] as Json[]);
  const all = [...before, ...statements.map((one) => draft.textsOf(one))];
  const document = { Version: '2012-10-17', Statement: all };
  const path = draft.writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
  const present = draft.roles[name] ?? {};
  const arns = managed.filter(
    (one): one is string => typeof one === 'string' && /:iam::aws:policy\//.test(one),
  );
  const managedPolicies = [
    ...((present['managedPolicies'] as string[] | undefined) ?? []),
    ...arns.map((one) => replaceTokens(one, () => 'aws')),
  ];
  draft.roles[name] = {
    policy: path,
    ...(managedPolicies.length === 0 ? {} : { managedPolicies: [...new Set(managedPolicies)] }),
  };
}

const instanceProfile: ResourceType = {
  type: 'AWS::IAM::InstanceProfile',
  ref: (id) => id,
  attributes: { Arn: (id) => `arn:${PARTITION}:iam::${ACCOUNT_ID}:instance-profile/${id}` },
  // A profile is for EC2, which is not served: nothing else looks at it.
  add() {},
};

export const iamTypes: readonly ResourceType[] = [role, policy, managedPolicy, instanceProfile];
