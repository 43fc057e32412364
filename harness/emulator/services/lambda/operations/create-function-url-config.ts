import { defineLambdaOperation } from '../context.ts';
import { resourceConflict, validation } from '../errors.ts';
import { functionArn } from '../function-name.ts';
import {
  functionDoesNotExist,
  newUrlId,
  parseUrlConfig,
  urlConfigShape,
  urlHolder,
} from '../function-url.ts';

export const createFunctionUrlConfig = defineLambdaOperation({
  name: 'CreateFunctionUrlConfig',
  http: { method: 'POST', path: '/2021-10-31/functions/{FunctionName}/url' },
  status: 201,
  handle({ env, store }, input) {
    const { name, alias } = urlHolder(env, input);
    const parsed = parseUrlConfig(input.body);
    if (parsed.authType === undefined) throw validation(null, 'authType', 'Member must not be null');
    const found = store.find(name);
    if (!found || (alias !== '' && !Object.hasOwn(found.aliases, alias))) throw functionDoesNotExist();
    if (found.urlConfigs[alias]) {
      const arn = functionArn(env, name, alias === '' ? undefined : alias);
      throw resourceConflict(
        `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    }
    const nowMs = env.clock.nowMs();
    found.urlConfigs[alias] = {
      urlId: newUrlId(env.random),
      invokeMode: 'BUFFERED',
      ...parsed,
      authType: parsed.authType,
      createdMs: nowMs,
      lastModifiedMs: nowMs,
    };
    store.save(found);
    return urlConfigShape(env, found, alias, { created: true, withMode: parsed.invokeMode !== undefined });
  },
});
