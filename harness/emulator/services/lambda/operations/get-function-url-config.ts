import { defineLambdaOperation } from '../context.ts';
import { resourceDoesNotExist } from '../errors.ts';
import { urlConfigShape, urlHolder } from '../function-url.ts';

export const getFunctionUrlConfig = defineLambdaOperation({
  name: 'GetFunctionUrlConfig',
  http: { method: 'GET', path: '/2021-10-31/functions/{FunctionName}/url' },
  handle({ env, store }, input) {
    const { name, alias } = urlHolder(env, input);
    const found = store.find(name);
    if (!found?.urlConfigs[alias]) throw resourceDoesNotExist();
    return urlConfigShape(env, found, alias, { withMode: true });
  },
});
