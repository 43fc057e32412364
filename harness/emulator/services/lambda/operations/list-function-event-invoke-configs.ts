import { defineLambdaOperation, page } from '../context.ts';
import { configuredFunction, eventInvokeShape } from '../event-invoke.ts';

export const listFunctionEventInvokeConfigs = defineLambdaOperation({
  name: 'ListFunctionEventInvokeConfigs',
  http: { method: 'GET', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config/list' },
  handle({ env, store }, input) {
    const { found } = configuredFunction(store, { name: input.reference().name });
    const { items, next } = page(input.query, Object.entries(found.eventInvokeConfigs));
    return {
      FunctionEventInvokeConfigs: items.map(([qualifier, config]) =>
        eventInvokeShape(env, found.name, qualifier, config),
      ),
      NextMarker: next,
    };
  },
});
