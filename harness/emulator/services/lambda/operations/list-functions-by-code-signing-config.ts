import { codeSigningConfig } from '../code-signing.ts';
import { defineLambdaOperation, page } from '../context.ts';
import { functionArn } from '../function-name.ts';

export const listFunctionsByCodeSigningConfig = defineLambdaOperation({
  name: 'ListFunctionsByCodeSigningConfig',
  http: { method: 'GET', path: '/2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions' },
  handle({ env, store, codeSigning }, { path, query }) {
    const arn = path['CodeSigningConfigArn'] ?? '';
    codeSigningConfig(codeSigning, arn);
    const users = store.list().filter((found) => found.codeSigningConfigArn === arn);
    const { items, next } = page(query, users);
    return { FunctionArns: items.map(({ name }) => functionArn(env, name)), NextMarker: next };
  },
});
