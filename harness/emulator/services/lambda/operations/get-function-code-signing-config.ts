import { defineLambdaOperation } from '../context.ts';

/** Code signing is not offered: functions have no configuration of it, which AWS answers with an empty object. */
export const getFunctionCodeSigningConfig = defineLambdaOperation({
  name: 'GetFunctionCodeSigningConfig',
  http: { method: 'GET', path: '/2020-06-30/functions/{FunctionName}/code-signing-config' },
  handle({ store }, input) {
    store.get({ name: input.reference().name });
    return {};
  },
});
