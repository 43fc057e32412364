import { defineLambdaOperation } from '../context.ts';
import { resourceNotFound } from '../errors.ts';

export const getPolicy = defineLambdaOperation({
  name: 'GetPolicy',
  http: { method: 'GET', path: '/2015-03-31/functions/{FunctionName}/policy' },
  handle({ store }, input) {
    const reference = input.reference();
    const found = store.get(reference);
    const qualifier = reference.qualifier ?? '';
    const statements = found.policies[qualifier];
    if (!statements || statements.length === 0) {
      throw resourceNotFound('The resource you requested does not exist.');
    }
    return {
      Policy: JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements }),
      RevisionId: found.policyRevisions[qualifier],
    };
  },
});
