import { codeSigningConfig } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';
import { resourceConflict } from '../errors.ts';

/** Only one that no function has can go; the text of the refusal is ours. */
export const deleteCodeSigningConfig = defineLambdaOperation({
  name: 'DeleteCodeSigningConfig',
  http: { method: 'DELETE', path: '/2020-04-22/code-signing-configs/{CodeSigningConfigArn}' },
  status: 204,
  handle({ store, codeSigning }, { path }) {
    const arn = path['CodeSigningConfigArn'] ?? '';
    const config = codeSigningConfig(codeSigning, arn);
    const users = store.list().filter((found) => found.codeSigningConfigArn === arn);
    if (users.length > 0) {
      throw resourceConflict(
        `The code signing configuration ${arn} is in use by ${users.map(({ name }) => name).join(', ')}.`,
      );
    }
    codeSigning.delete(config);
    return undefined;
  },
});
