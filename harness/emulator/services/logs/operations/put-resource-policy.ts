import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { namedText, policyText } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { limitExceeded } from '../errors.ts';
import { optionalText } from '../parameters.ts';
import {
  accountPolicyShape,
  checkNamesPolicy,
  conflictingRevision,
  groupPolicyShape,
  invalidRevision,
  policiedGroup,
} from '../resource-policies.ts';

const MAX_POLICIES = 10;

export const putResourcePolicy = defineJsonOperation<LogsContext>({
  name: 'PutResourcePolicy',
  handle(context, input) {
    checkNamesPolicy(input, 'PutResourcePolicy');
    const { env, store, account } = context;
    const name = input['policyName'] === undefined ? undefined : namedText(input, 'policyName');
    const resourceArn = optionalText(input, 'resourceArn');
    const expected = optionalText(input, 'expectedRevisionId');
    const policy = {
      ...(name === undefined ? {} : { policyName: name }),
      policyDocument: policyText(input, 'policyDocument'),
      lastUpdatedTime: env.clock.nowMs(),
    };
    if (resourceArn === undefined) {
      // Only policies of groups have revisions.
      if (expected !== undefined) throw invalidRevision();
      const isNew = !account.resourcePolicies.has(name!);
      if (isNew && account.resourcePolicies.size >= MAX_POLICIES) throw limitExceeded();
      account.resourcePolicies.set(name!, policy);
      account.save();
      return { resourcePolicy: accountPolicyShape(policy) };
    }
    const group = policiedGroup(context, resourceArn);
    const before = group.settings.resourcePolicy;
    if ((before === undefined) !== (expected === undefined)) throw conflictingRevision();
    if (before !== undefined && expected !== String(before.revision)) throw invalidRevision();
    const put = { ...policy, resourceArn, revision: (before?.revision ?? 0) + 1 };
    group.settings.resourcePolicy = put;
    store.save(group);
    return { resourcePolicy: groupPolicyShape(put, 'put'), revisionId: String(put.revision) };
  },
});
