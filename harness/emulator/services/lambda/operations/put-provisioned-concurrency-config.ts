import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, validation } from '../errors.ts';
import { integer } from '../parameters.ts';
import { checkProvisioned, provisionedShape, provisionedTarget } from '../provisioned-concurrency.ts';

export const putProvisionedConcurrencyConfig = defineLambdaOperation({
  name: 'PutProvisionedConcurrencyConfig',
  http: { method: 'PUT', path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency' },
  status: 202,
  handle({ env, store, provisioner }, input) {
    const executions = integer(input.body, 'ProvisionedConcurrentExecutions', {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
    });
    if (executions === undefined)
      throw validation(null, 'provisionedConcurrentExecutions', 'Member must not be null');
    const reference = input.reference();
    if (reference.qualifier === undefined) throw validation(null, 'qualifier', 'Member must not be null');
    if (reference.qualifier === '$LATEST') {
      throw invalidParameter(
        'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
      );
    }
    const target = provisionedTarget(env, store, reference);
    checkProvisioned(env, store, target, executions);
    const { found, qualifier, version } = target;
    const config = { executions, lastModifiedMs: env.clock.nowMs() };
    found.provisioned = { ...found.provisioned, [qualifier]: config };
    store.save(found);
    provisioner.readiness(found.name, qualifier, version, executions);
    return provisionedShape(config, { version: version.version, executions, ready: 0 });
  },
});
