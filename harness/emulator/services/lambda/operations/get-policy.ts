import { defineLambdaOperation } from '../context.ts';
import { resourceDoesNotExist } from '../errors.ts';
import { policyRevision } from '../resource-policy.ts';

export const getPolicy = defineLambdaOperation({
  name: 'GetPolicy',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/policy' },
  handle({ store }, input) {
    const { name, qualifier } = input.reference();
    const found = store.get({ name });
    const statements = found.policies[qualifier ?? ''];
    if (!statements || statements.length === 0) throw resourceDoesNotExist();
    return {
      Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }),
      RevisionId: policyRevision(found, qualifier),
    };
  },
});
