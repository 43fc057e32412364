import { defineLambdaOperation } from '../context.ts';

/** A function without one is answered with an empty object. */
export const getFunctionCodeSigningConfig = defineLambdaOperation({
  name: 'GetFunctionCodeSigningConfig',
  http: { method: 'GET', path: '/2020-06-30/functions/{FunctionName}/code-signing-config' },
  handle({ store }, input) {
    const { name } = input.reference();
    const { codeSigningConfigArn } = store.get({ name });
    return codeSigningConfigArn === undefined
      ? {}
      : { CodeSigningConfigArn: codeSigningConfigArn, FunctionName: name };
  },
});
