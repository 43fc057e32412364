import { defineLambdaOperation } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { text } from '../parameters.ts';
import { functionConfiguration } from '../shapes.ts';

export const publishVersion = defineLambdaOperation({
  name: 'PublishVersion',
  http: { method: 'POST', path: '/2015-03-31/functions/{FunctionName}/versions' },
  status: 201,
  handle({ env, store, control }, input) {
    const { body } = input;
    const found = store.get(input.reference());
    const { latest } = found;
    const expected = text(body, 'CodeSha256');
    if (expected !== undefined && expected !== '' && expected !== latest.codeSha256) {
      throw invalidParameter(
        `CodeSHA256 (${expected}) is different from current CodeSHA256 in $LATEST (${latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    control.checkRevision(latest.revisionId, text(body, 'RevisionId'));
    const published = control.publish(found, text(body, 'Description'));
    return functionConfiguration(env, found, published, { qualifier: published.version });
  },
});
