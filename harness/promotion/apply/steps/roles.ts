import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { canonicalJson } from '../../../artifacts/digest.ts';
import { sleep } from '../../../deploy/resources/resource-driver.ts';
import { policyName } from '../../release/policy-name.ts';
import type { Step } from '../context.ts';

/** Rights are only added here: what the release before needs stays until it has stopped serving. */
export const roles: Step = {
  name: 'roles',
  async run({ blueprint, plan, clients: { iam }, clock, rightsSettleMs }) {
    let changed = false;
    for (const role of blueprint.roles) {
      const { name, trust, policy, managedPolicyArns = [] } = role;
      const found = plan.observed.roles[name];
      if (!found) {
        await iam.send(
          new CreateRoleCommand({
            RoleName: name,
            AssumeRolePolicyDocument: JSON.stringify(trust),
            Tags: Object.entries(blueprint.tags).map(([Key, Value]) => ({ Key, Value })),
          }),
        );
      } else if (canonicalJson(found.trust) !== canonicalJson(trust)) {
        await iam.send(
          new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: JSON.stringify(trust) }),
        );
      }
      for (const PolicyArn of managedPolicyArns)
        await iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
      const present = found?.policies[policyName(role)];
      if (present && canonicalJson(present) === canonicalJson(policy)) continue;
      changed = true;
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: policyName(role),
          PolicyDocument: JSON.stringify(policy),
        }),
      );
    }
    if (changed && rightsSettleMs > 0) await sleep(clock, rightsSettleMs);
  },
};
