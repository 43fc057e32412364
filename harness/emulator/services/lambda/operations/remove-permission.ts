import { uuid } from '../../../../core/ids.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceNotFound } from '../errors.ts';

export const removePermission = defineLambdaOperation({
  name: 'RemovePermission',
  http: { method: 'DELETE', path: '/2015-03-31/functions/{FunctionName}/policy/{StatementId}' },
  status: 204,
  handle({ env, store, control }, input) {
    const reference = input.reference();
    const found = store.get(reference);
    const qualifier = reference.qualifier ?? '';
    const statements = found.policies[qualifier] ?? [];
    const sid = input.path['StatementId'] ?? '';
    const kept = statements.filter((statement) => statement.Sid !== sid);
    if (kept.length === statements.length) {
      throw resourceNotFound(`Statement ${sid} is not found in resource policy.`);
    }
    control.checkRevision(found.policyRevisions[qualifier] ?? '', input.query.get('RevisionId') ?? undefined);
    found.policies[qualifier] = kept;
    found.policyRevisions[qualifier] = uuid(env.random);
    store.save(found);
    return undefined;
  },
});
