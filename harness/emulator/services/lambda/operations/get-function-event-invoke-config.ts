import { defineLambdaOperation } from '../context.ts';
import { eventInvokeShape, noEventInvokeConfig } from '../event-invoke.ts';
import { functionArn } from '../function-name.ts';

export const getFunctionEventInvokeConfig = defineLambdaOperation({
  name: 'GetFunctionEventInvokeConfig',
  http: { method: 'GET', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config' },
  handle({ env, store }, input) {
    const reference = input.reference();
    const found = store.get(reference);
    const qualifier = reference.qualifier ?? '$LATEST';
    const config = found.eventInvokeConfigs[qualifier];
    if (!config) throw noEventInvokeConfig(functionArn(env, found.name, qualifier));
    return eventInvokeShape(env, found.name, qualifier, config);
  },
});
