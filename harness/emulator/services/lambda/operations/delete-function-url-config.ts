import { defineLambdaOperation } from '../context.ts';
import { resourceDoesNotExist } from '../errors.ts';
import { urlHolder } from '../function-url.ts';

export const deleteFunctionUrlConfig = defineLambdaOperation({
  name: 'DeleteFunctionUrlConfig',
  http: { method: 'DELETE', path: '/2021-10-31/functions/{FunctionName}/url' },
  status: 204,
  handle({ env, store }, input) {
    const { name, alias } = urlHolder(env, input);
    const found = store.find(name);
    if (!found?.urlConfigs[alias]) throw resourceDoesNotExist();
    delete found.urlConfigs[alias];
    store.save(found);
    return undefined;
  },
});
