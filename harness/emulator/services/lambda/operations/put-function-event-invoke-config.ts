import { defineLambdaOperation } from '../context.ts';
import { configuredFunction, eventInvokeShape, parseEventInvoke } from '../event-invoke.ts';

export const putFunctionEventInvokeConfig = defineLambdaOperation({
  name: 'PutFunctionEventInvokeConfig',
  http: { method: 'PUT', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config' },
  handle({ env, store }, input) {
    const reference = input.reference();
    const parsed = parseEventInvoke(input.body, { store, env, functionName: reference.name });
    const { found, qualifier } = configuredFunction(store, reference);
    const config = { ...parsed, lastModifiedMs: env.clock.nowMs() };
    found.eventInvokeConfigs[qualifier] = config;
    store.save(found);
    return eventInvokeShape(env, found.name, qualifier, config);
  },
});
