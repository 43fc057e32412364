import { DeleteRolePolicyCommand, PutRolePolicyCommand, paginateListRolePolicies } from '@aws-sdk/client-iam';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import type { AwsClients } from '../../deploy/aws-access.ts';
import type { Blueprint } from '../release/blueprint.ts';
import { policyName } from '../release/policy-name.ts';
import type { ApplyContext } from './context.ts';

/**
 * Takes inline policies off the release's own roles that no release of `kept` has, unless executions are running
 * that may still need them: the next release takes them away then.
 */
export async function removeOldPolicies(
  { clients, blueprint, onProgress }: Pick<ApplyContext, 'clients' | 'blueprint' | 'onProgress'>,
  kept: readonly Blueprint[],
): Promise<void> {
  const names = new Set(kept.flatMap(({ roles }) => roles.map(policyName)));
  const old: { RoleName: string; PolicyName: string }[] = [];
  for (const { name: RoleName } of blueprint.roles) {
    for await (const { PolicyNames } of paginateListRolePolicies({ client: clients.iam }, { RoleName })) {
      for (const PolicyName of PolicyNames ?? []) {
        if (!names.has(PolicyName)) old.push({ RoleName, PolicyName });
      }
    }
  }
  if (old.length === 0) return;
  if (await somethingRuns({ clients, blueprint })) {
    const policies = old.map(({ PolicyName }) => PolicyName).join(', ');
    onProgress(`executions are running: the inline policies ${policies} stay until the next release`);
    return;
  }
  for (const policy of old) await clients.iam.send(new DeleteRolePolicyCommand(policy));
}

async function somethingRuns({
  clients,
  blueprint,
}: Pick<ApplyContext, 'clients' | 'blueprint'>): Promise<boolean> {
  for (const { arn, type } of Object.values(blueprint.stateMachines)) {
    if (type === 'EXPRESS') continue;
    const query = { stateMachineArn: arn, statusFilter: 'RUNNING' as const };
    const pages = paginateListExecutions({ client: clients.stepfunctions }, query);
    for await (const { executions = [] } of pages) if (executions.length > 0) return true;
  }
  return false;
}

/** The inline policies of a release, beside whatever its roles have. */
export async function putPolicies({ iam }: AwsClients, { roles }: Blueprint): Promise<void> {
  for (const role of roles) {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: role.name,
        PolicyName: policyName(role),
        PolicyDocument: JSON.stringify(role.policy),
      }),
    );
  }
}
