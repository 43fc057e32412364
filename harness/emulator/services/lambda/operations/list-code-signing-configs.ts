import { codeSigningShape } from '../code-signing.ts';
import { defineLambdaOperation, page } from '../context.ts';

export const listCodeSigningConfigs = defineLambdaOperation({
  name: 'ListCodeSigningConfigs',
  http: { method: 'GET', path: '/2020-04-22/code-signing-configs' },
  handle({ codeSigning }, { query }) {
    const { items, next } = page(query, codeSigning.list());
    return {
      CodeSigningConfigs: items.map((config) => codeSigningShape(codeSigning, config)),
      NextMarker: next,
    };
  },
});
