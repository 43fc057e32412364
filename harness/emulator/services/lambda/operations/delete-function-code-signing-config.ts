import { defineLambdaOperation } from '../context.ts';

/** Taking away what is not there is no error. */
export const deleteFunctionCodeSigningConfig = defineLambdaOperation({
  name: 'DeleteFunctionCodeSigningConfig',
  http: { method: 'DELETE', path: '/2020-06-30/functions/{FunctionName}/code-signing-config' },
  status: 204,
  handle({ store }, input) {
    const found = store.get({ name: input.reference().name });
    delete found.codeSigningConfigArn;
    store.save(found);
    return undefined;
  },
});
