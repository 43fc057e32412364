import { PublishVersionCommand } from '@aws-sdk/client-lambda';
import { functionReady } from '../../../deploy/resources/lambda-function.ts';
import { record } from '../../release/journal.ts';
import { changeJournal, type Step } from '../context.ts';
import { unlessChanged } from './functions.ts';

/**
 * One version of each function, with the attested code and the settings of the plan: AWS compares CodeSha256 and
 * RevisionId itself. Publishing what is published already answers the version there is
 * (https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html).
 */
export const versions: Step = {
  name: 'function versions',
  async run(context) {
    const { blueprint, clients, revisions, published } = context;
    for (const [name, planned] of Object.entries(blueprint.functions)) {
      const publish = new PublishVersionCommand({
        FunctionName: planned.name,
        CodeSha256: planned.codeSha256,
        RevisionId: revisions[name],
        Description: `cosmicai ${blueprint.release}`,
      });
      const { Version } = await unlessChanged(planned.name, clients.lambda.send(publish));
      // Calls of a version that is still pending are refused.
      await functionReady(context.deploy, planned.name, Version);
      published.functions[name] = Version ?? '';
    }
    await changeJournal(context, (journal) => record(journal, { versions: { ...published.functions } }));
  },
};
