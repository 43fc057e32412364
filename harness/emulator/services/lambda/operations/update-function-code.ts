import { checkSignature } from '../code-signing.ts';
import { defineLambdaOperation } from '../context.ts';
import { parseArchitecture } from '../function-configuration.ts';
import { functionArn } from '../function-name.ts';
import { text } from '../parameters.ts';
import { functionConfiguration } from '../shapes.ts';

export const updateFunctionCode = defineLambdaOperation({
  name: 'UpdateFunctionCode',
  http: { method: 'PUT', path: '/2015-03-31/functions/{FunctionName}/code' },
  async handle({ env, store, control, codeSigning }, input) {
    const { body } = input;
    const found = store.get(input.reference());
    control.checkNotBusy(found, functionArn(env, found.name));
    control.checkRevision(found.latest.revisionId, text(body, 'RevisionId'));
    checkSignature(codeSigning.find(found.codeSigningConfigArn ?? ''), found.name);
    const code = await control.storeCode(body);
    const architecture =
      body['Architectures'] === undefined ? {} : { architecture: parseArchitecture(body['Architectures']) };
    if (body['DryRun'] === true) {
      const planned = { ...found.latest, codeSha256: code.sha256, codeSizeBytes: code.sizeBytes };
      return functionConfiguration(env, found, planned);
    }
    control.change(found, {
      codeSha256: code.sha256,
      codeSizeBytes: code.sizeBytes,
      codeUnzippedBytes: code.unzippedBytes,
      ...architecture,
    });
    const answer = functionConfiguration(env, found, found.latest);
    await control.activate(found);
    if (body['Publish'] !== true) return answer;
    const published = control.publish(found, undefined);
    return {
      ...functionConfiguration(
        env,
        found,
        { ...published, state: 'Pending' },
        { qualifier: published.version },
      ),
    };
  },
});
