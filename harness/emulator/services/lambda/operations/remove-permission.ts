import { uuid } from '../../../../core/ids.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceNotFound } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import { policyHolder } from '../resource-policy.ts';

export const removePermission = defineLambdaOperation({
  name: 'RemovePermission',
  http: { method: 'DELETE', path: '/2015-03-31/functions/{FunctionName}/policy/{StatementId}' },
  status: 204,
  handle({ env, store, control }, input) {
    const reference = input.reference();
    const found = store.find(reference.name);
    if (!found) {
      throw resourceNotFound(`No policy found for: ${functionArn(env, reference.name, reference.qualifier)}`);
    }
    const holder = policyHolder(store, env, found, reference);
    const qualifier = reference.qualifier ?? '';
    const statements = found.policies[qualifier];
    if (!statements || statements.length === 0) {
      throw resourceNotFound('No policy is associated with the given resource.');
    }
    const sid = input.path['StatementId'] ?? '';
    const kept = statements.filter((statement) => statement.Sid !== sid);
    if (kept.length === statements.length) {
      throw resourceNotFound(`Statement ${sid} is not found in resource policy.`);
    }
    control.checkRevision(holder.revisionId, input.query.get('RevisionId') ?? undefined);
    found.policies[qualifier] = kept;
    holder.revisionId = uuid(env.random);
    store.save(found);
    return undefined;
  },
});
