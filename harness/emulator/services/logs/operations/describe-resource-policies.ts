import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { optionalText } from '../parameters.ts';
import { accountPolicyShape, groupPolicyShape, policiedGroup } from '../resource-policies.ts';

/** Policies of the account, or of groups where the scope or a group's ARN asks for them. */
export const describeResourcePolicies = defineJsonOperation<LogsContext>({
  name: 'DescribeResourcePolicies',
  handle(context, input) {
    const resourceArn = optionalText(input, 'resourceArn');
    const scope = optionalText(input, 'policyScope') ?? (resourceArn === undefined ? 'ACCOUNT' : 'RESOURCE');
    if (scope !== 'ACCOUNT' && scope !== 'RESOURCE') {
      throw invalidParameter(
        "1 validation error detected: Value at 'policyScope' failed to satisfy constraint: Member must satisfy enum value set: [ACCOUNT, RESOURCE]",
      );
    }
    const groups =
      resourceArn === undefined ? [...context.store.groups.values()] : [policiedGroup(context, resourceArn)];
    const ofGroups = groups.flatMap(({ settings: { logGroupName, resourcePolicy } }): [string, object][] =>
      resourcePolicy ? [[logGroupName, groupPolicyShape(resourcePolicy, 'listed')]] : [],
    );
    const ofAccount = [...context.account.resourcePolicies].map(([name, policy]): [string, object] => [
      name,
      accountPolicyShape(policy),
    ]);
    const found = new Map(scope === 'ACCOUNT' ? ofAccount : ofGroups);
    const { items, nextToken } = pageOf(input, found, { limit: 'limit' });
    return { resourcePolicies: items, nextToken };
  },
});
