import { AwsError } from '../../../../core/errors.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { optionalText } from '../parameters.ts';
import { checkNamesPolicy, invalidRevision, policiedGroup } from '../resource-policies.ts';

export const deleteResourcePolicy = defineJsonOperation<LogsContext>({
  name: 'DeleteResourcePolicy',
  handle(context, input) {
    checkNamesPolicy(input, 'DeleteResourcePolicy');
    const { store, account } = context;
    const resourceArn = optionalText(input, 'resourceArn');
    if (resourceArn === undefined) {
      const name = optionalText(input, 'policyName') ?? '';
      if (!account.resourcePolicies.delete(name)) {
        throw new AwsError('ResourceNotFoundException', `Policy with name [${name}] does not exist.`);
      }
      account.save();
      return {};
    }
    const group = policiedGroup(context, resourceArn);
    const policy = group.settings.resourcePolicy;
    if (!policy) throw new AwsError('ResourceNotFoundException', 'No policy found for ResourceArn');
    if (optionalText(input, 'expectedRevisionId') !== String(policy.revision)) throw invalidRevision();
    delete group.settings.resourcePolicy;
    store.save(group);
    return {};
  },
});
