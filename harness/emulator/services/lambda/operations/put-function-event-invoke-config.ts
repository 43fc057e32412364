import { defineLambdaOperation } from '../context.ts';
import { eventInvokeShape, parseEventInvoke } from '../event-invoke.ts';

export const putFunctionEventInvokeConfig = defineLambdaOperation({
  name: 'PutFunctionEventInvokeConfig',
  http: { method: 'PUT', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config' },
  handle({ env, store }, input) {
    const reference = input.reference();
    const found = store.get(reference);
    store.checkQualifier(reference);
    const qualifier = reference.qualifier ?? '$LATEST';
    const config = { ...parseEventInvoke(input.body), lastModifiedMs: env.clock.nowMs() };
    found.eventInvokeConfigs[qualifier] = config;
    store.save(found);
    return eventInvokeShape(env, found.name, qualifier, config);
  },
});
