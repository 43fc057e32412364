import { defineLambdaOperation } from '../context.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html */
export const getFunctionRecursionConfig = defineLambdaOperation({
  name: 'GetFunctionRecursionConfig',
  http: { method: 'GET', path: '/2024-08-31/functions/{FunctionName}/recursion-config' },
  handle: ({ store }, input) => ({
    RecursiveLoop: store.get({ name: input.reference().name }).recursiveLoop ?? 'Terminate',
  }),
});
