import { defineLambdaOperation } from '../context.ts';
import {
  configuredFunction,
  eventInvokeShape,
  noEventInvokeConfig,
  parseEventInvoke,
} from '../event-invoke.ts';
import { functionArn } from '../function-name.ts';

export const updateFunctionEventInvokeConfig = defineLambdaOperation({
  name: 'UpdateFunctionEventInvokeConfig',
  http: { method: 'POST', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config' },
  handle({ env, store }, input) {
    const reference = input.reference();
    const parsed = parseEventInvoke(input.body, { store, env, functionName: reference.name });
    const { found, qualifier } = configuredFunction(store, reference);
    const existing = found.eventInvokeConfigs[qualifier];
    if (!existing) throw noEventInvokeConfig(functionArn(env, found.name, qualifier));
    const config = { ...existing, ...parsed, lastModifiedMs: env.clock.nowMs() };
    found.eventInvokeConfigs[qualifier] = config;
    store.save(found);
    return eventInvokeShape(env, found.name, qualifier, config);
  },
});
