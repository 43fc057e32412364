import { defineLambdaOperation } from '../context.ts';
import { resourceDoesNotExist } from '../errors.ts';
import { functionDoesNotExist, parseUrlConfig, urlConfigShape, urlHolder } from '../function-url.ts';

export const updateFunctionUrlConfig = defineLambdaOperation({
  name: 'UpdateFunctionUrlConfig',
  http: { method: 'PUT', path: '/2021-10-31/functions/{FunctionName}/url' },
  handle({ env, store }, input) {
    const { name, alias } = urlHolder(env, input);
    const parsed = parseUrlConfig(input.body);
    const found = store.find(name);
    if (!found || (alias !== '' && !Object.hasOwn(found.aliases, alias))) throw functionDoesNotExist();
    const before = found.urlConfigs[alias];
    if (!before) throw resourceDoesNotExist();
    found.urlConfigs[alias] = { ...before, ...parsed, lastModifiedMs: env.clock.nowMs() };
    store.save(found);
    return urlConfigShape(env, found, alias, { withMode: parsed.invokeMode !== undefined });
  },
});
