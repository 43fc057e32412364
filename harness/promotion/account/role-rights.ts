/**
 * Rights that the state machine's role must have, also when it existed before. A Distributed Map starts its children as
 * executions of its own machine; without that right a release fails at its first Map Run
 * (https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html).
 */
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import type { JsonObject } from '../../core/json.ts';
import { unlessNotFound } from '../../deploy/resources/resource-driver.ts';
import type { Blueprint, StateMachineBlueprint } from '../release/blueprint.ts';
import type { Allows } from './allows.ts';
import { parseDocument } from './policy-document.ts';

/** What the state machines' roles lack, one sentence each. */
export async function roleReasons(iam: IAMClient, blueprint: Blueprint, allows: Allows): Promise<string[]> {
  const reasons = await Promise.all(
    Object.values(blueprint.stateMachines).map((machine) => machineReasons(iam, blueprint, machine, allows)),
  );
  return reasons.flat();
}

async function machineReasons(
  iam: IAMClient,
  { roles, functions, account }: Blueprint,
  machine: StateMachineBlueprint,
  allows: Allows,
): Promise<string[]> {
  const name = machine.roleArn.split('/').at(-1)!;
  const own = roles.find((role) => role.name === name);
  const documents = own ? [own.policy] : await documentsOf(iam, name);
  if (!documents) return [`the role ${name} of the state machine does not exist`];
  const lambda = `arn:${account.partition}:lambda:${account.region}:${account.accountId}:function`;
  const invoked = Object.values(machine.substitutions).flatMap((one) =>
    one.kind === 'function-version' ? [functions[one.name]!.name] : [],
  );
  const needed: [string, string, string][] = [
    ...(JSON.stringify(machine.definition).includes('"DISTRIBUTED"')
      ? [
          [
            'states:StartExecution',
            machine.arn,
            'on its own state machine, which its Distributed Map needs',
          ] as [string, string, string],
        ]
      : []),
    ...[...new Set(invoked)].map((one): [string, string, string] => [
      'lambda:InvokeFunction',
      // Any version: its number is known only once it is published.
      `${lambda}:${one}:1`,
      `on versions of ${one}`,
    ]),
  ];
  return needed
    .filter(([action, resource]) => !allows(documents, action, resource))
    .map(([action, _resource, where]) => `the role ${name} lacks ${action} ${where}`);
}

/** All policies of a role; undefined when there is no such role. */
async function documentsOf(iam: IAMClient, name: string): Promise<JsonObject[] | undefined> {
  const role = await unlessNotFound(iam.send(new GetRoleCommand({ RoleName: name })));
  if (!role) return undefined;
  const documents: JsonObject[] = [];
  for await (const { PolicyNames } of paginateListRolePolicies({ client: iam }, { RoleName: name })) {
    for (const PolicyName of PolicyNames ?? []) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }));
      documents.push(parseDocument(PolicyDocument));
    }
  }
  for await (const page of paginateListAttachedRolePolicies({ client: iam }, { RoleName: name })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? []) {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId });
      documents.push(parseDocument((await iam.send(version)).PolicyVersion?.Document));
    }
  }
  return documents;
}
