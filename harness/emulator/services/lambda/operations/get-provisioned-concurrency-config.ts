import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, validation } from '../errors.ts';
import { noProvisionedConfig, provisionedShape, provisionedTarget } from '../provisioned-concurrency.ts';

export const getProvisionedConcurrencyConfig = defineLambdaOperation({
  name: 'GetProvisionedConcurrencyConfig',
  http: { method: 'GET', path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency' },
  handle({ env, store, provisioner }, input) {
    const reference = input.reference();
    if (reference.qualifier === undefined) throw validation(null, 'qualifier', 'Member must not be null');
    if (reference.qualifier === '$LATEST') {
      throw invalidParameter('The function resource provided must be an alias or a published version.');
    }
    const { found, qualifier, version } = provisionedTarget(env, store, reference);
    const config = found.provisioned?.[qualifier];
    if (config === undefined) throw noProvisionedConfig();
    return provisionedShape(config, provisioner.readiness(found.name, qualifier, version, config.executions));
  },
});
