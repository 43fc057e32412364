import { codeSigningConfig, codeSigningShape } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';

export const getCodeSigningConfig = defineLambdaOperation({
  name: 'GetCodeSigningConfig',
  http: { method: 'GET', path: '/2020-04-22/code-signing-configs/{CodeSigningConfigArn}' },
  handle({ codeSigning }, { path }) {
    const config = codeSigningConfig(codeSigning, path['CodeSigningConfigArn'] ?? '');
    return { CodeSigningConfig: codeSigningShape(codeSigning, config) };
  },
});
