import { defineLambdaOperation } from '../context.ts';
import { eventInvokeShape, noEventInvokeConfig } from '../event-invoke.ts';
import { functionArn } from '../function-name.ts';

export const getFunctionEventInvokeConfig = defineLambdaOperation({
  name: 'GetFunctionEventInvokeConfig',
  http: { method: 'GET', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config' },
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = input.reference();
    const found = store.find(name);
    const config = found?.eventInvokeConfigs[qualifier];
    if (!found || !config) throw noEventInvokeConfig(functionArn(env, name, qualifier));
    return eventInvokeShape(env, found.name, qualifier, config);
  },
});
