import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, validation } from '../errors.ts';
import { provisionedTarget } from '../provisioned-concurrency.ts';

/** Succeeds whether or not there is one. */
export const deleteProvisionedConcurrencyConfig = defineLambdaOperation({
  name: 'DeleteProvisionedConcurrencyConfig',
  http: { method: 'DELETE', path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency' },
  status: 204,
  handle({ env, store, provisioner }, input) {
    const reference = input.reference();
    if (reference.qualifier === undefined) throw validation(null, 'qualifier', 'Member must not be null');
    if (reference.qualifier === '$LATEST') {
      throw invalidParameter('The function resource provided must be an alias or a published version.');
    }
    const { found, qualifier } = provisionedTarget(env, store, reference);
    const { [qualifier]: _gone, ...kept } = found.provisioned ?? {};
    found.provisioned = kept;
    store.save(found);
    provisioner.forget(found.name, qualifier);
    return undefined;
  },
});
