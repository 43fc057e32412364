import { defineLambdaOperation } from '../context.ts';
import { noEventInvokeConfig } from '../event-invoke.ts';
import { functionArn } from '../function-name.ts';

export const deleteFunctionEventInvokeConfig = defineLambdaOperation({
  name: 'DeleteFunctionEventInvokeConfig',
  http: { method: 'DELETE', path: '/2019-09-25/functions/{FunctionName}/event-invoke-config' },
  status: 204,
  handle({ env, store }, input) {
    const { name, qualifier = '$LATEST' } = input.reference();
    const found = store.find(name);
    if (!found?.eventInvokeConfigs[qualifier]) {
      throw noEventInvokeConfig(functionArn(env, name, qualifier));
    }
    delete found.eventInvokeConfigs[qualifier];
    store.save(found);
    return undefined;
  },
});
