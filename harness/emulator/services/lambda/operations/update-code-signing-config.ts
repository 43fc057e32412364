import { codeSigningConfig, codeSigningShape, parseCodeSigning } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';

/** An update of nothing is one too. */
export const updateCodeSigningConfig = defineLambdaOperation({
  name: 'UpdateCodeSigningConfig',
  http: { method: 'PUT', path: '/2020-04-22/code-signing-configs/{CodeSigningConfigArn}' },
  handle({ env, codeSigning }, { path, body }) {
    const before = codeSigningConfig(codeSigning, path['CodeSigningConfigArn'] ?? '');
    const config = { ...before, ...parseCodeSigning(body), lastModifiedMs: env.clock.nowMs() };
    codeSigning.save(config);
    return { CodeSigningConfig: codeSigningShape(codeSigning, config) };
  },
});
