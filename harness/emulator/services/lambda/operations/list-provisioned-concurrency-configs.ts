import { defineLambdaOperation, page } from '../context.ts';
import { functionArn } from '../function-name.ts';
import { provisionedShape, provisionedTarget } from '../provisioned-concurrency.ts';

export const listProvisionedConcurrencyConfigs = defineLambdaOperation({
  name: 'ListProvisionedConcurrencyConfigs',
  http: {
    method: 'GET',
    path: '/2019-09-30/functions/{FunctionName}/provisioned-concurrency',
    query: ['List=ALL'],
  },
  handle({ env, store, provisioner }, input) {
    const { name } = store.get({ name: input.reference().name });
    const { items, next } = page(input.query, Object.entries(store.get({ name }).provisioned ?? {}));
    return {
      ProvisionedConcurrencyConfigs: items.map(([qualifier, config]) => {
        const { version } = provisionedTarget(env, store, { name, qualifier });
        return {
          FunctionArn: functionArn(env, name, qualifier),
          ...provisionedShape(config, provisioner.readiness(name, qualifier, version, config.executions)),
        };
      }),
      NextMarker: next,
    };
  },
});
