import { DescribeStateMachineCommand, PublishStateMachineVersionCommand } from '@aws-sdk/client-sfn';
import type { LambdaName } from '../../../artifacts/bundle.ts';
import { canonicalJson } from '../../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { substituteDefinition } from '../../../project/placeholders.ts';
import { substitutionsOf } from '../../release/blueprint.ts';
import { record } from '../../release/journal.ts';
import { changeJournal, type Step } from '../context.ts';
import { unlessChanged } from './functions.ts';

/** A version of the revision that was read and found right; AWS compares the revision itself. */
export const stateMachineVersion: Step = {
  name: 'state machine version',
  async run(context) {
    const { blueprint, clients, versions } = context;
    const { arn, name, definition: declared } = blueprint.stateMachine;
    const found = await clients.stepfunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
    const wanted = substituteDefinition(
      declared,
      substitutionsOf(blueprint, versions as Record<LambdaName, string>),
    );
    if (canonicalJson(JSON.parse(found.definition ?? '{}') as Json) !== canonicalJson(wanted)) {
      throw new HarnessError(
        'changed-meanwhile',
        `the definition of ${name} has been changed since it was written`,
        {
          exitCode: ExitCode.environmentFailed,
          remedy: 'look at what has changed with --plan, and apply again',
        },
      );
    }
    const publish = new PublishStateMachineVersionCommand({
      stateMachineArn: arn,
      // A machine that was never updated has no revision yet, and answers to this name.
      revisionId: found.revisionId ?? 'INITIAL',
      description: `cosmicai ${blueprint.release}`,
    });
    const { stateMachineVersionArn = '' } = await unlessChanged(name, clients.stepfunctions.send(publish));
    context.stateMachineVersionArn = stateMachineVersionArn;
    await changeJournal(context, (journal) => record(journal, { stateMachineVersionArn }));
  },
};
