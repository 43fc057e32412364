import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  PublishStateMachineVersionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { canonicalJson } from '../../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../../core/errors.ts';
import type { Json, JsonObject } from '../../../core/json.ts';
import { untilSettled } from '../../../deploy/resources/resource-driver.ts';
import {
  explained,
  loggingOf,
  roleNotYetKnown,
  stillDeleting,
} from '../../../deploy/resources/state-machine.ts';
import { substituteDefinition } from '../../../project/placeholders.ts';
import { type StateMachineBlueprint, substitutionsOf } from '../../release/blueprint.ts';
import { record } from '../../release/journal.ts';
import { type ApplyContext, changeJournal, type Step } from '../context.ts';
import { unlessChanged } from './functions.ts';

/**
 * The attested definitions with versions in the place of their placeholders, and a version of each: machines after
 * those that they start, so that each names versions which are published. Whatever serves is a version, and stays.
 */
export const stateMachines: Step = {
  name: 'state machines',
  async run(context) {
    const { published } = context;
    for (const [name, machine] of Object.entries(context.blueprint.stateMachines)) {
      const definition = substituteDefinition(
        machine.definition,
        substitutionsOf(context.blueprint, machine, published),
      );
      await writeMachine(context, name, machine, definition);
      published.stateMachines[name] = await publishVersion(context, machine, definition);
      const arns = { ...published.stateMachines };
      await changeJournal(context, (journal) => record(journal, { stateMachineVersionArns: arns }));
    }
  },
};

async function writeMachine(
  { blueprint, plan, clients: { stepfunctions }, clock }: ApplyContext,
  name: string,
  machine: StateMachineBlueprint,
  definition: JsonObject,
): Promise<void> {
  const { arn, roleArn } = machine;
  const found = plan.observed.stateMachines[name];
  const same =
    found && found.roleArn === roleArn && canonicalJson(found.definition) === canonicalJson(definition);
  if (same) return;
  const text = JSON.stringify(definition, null, 2);
  const logging = loggingOf(machine);
  const loggingConfiguration = logging ? { loggingConfiguration: logging } : {};
  const passing = (error: Error) => roleNotYetKnown(error) || stillDeleting(error);
  await explained(machine, () =>
    untilSettled(clock, passing, async () => {
      if (found) {
        const update = { stateMachineArn: arn, definition: text, roleArn, ...loggingConfiguration };
        await stepfunctions.send(new UpdateStateMachineCommand(update));
        return;
      }
      await stepfunctions.send(
        new CreateStateMachineCommand({
          name: machine.name,
          roleArn,
          definition: text,
          type: machine.type,
          ...loggingConfiguration,
          tags: Object.entries(blueprint.tags).map(([key, value]) => ({ key, value })),
        }),
      );
    }),
  );
}

/** A version of the revision that was read and found right; AWS compares the revision itself. */
async function publishVersion(
  { blueprint, clients: { stepfunctions } }: ApplyContext,
  { arn, name }: StateMachineBlueprint,
  wanted: JsonObject,
): Promise<string> {
  const found = await stepfunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
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
  const { stateMachineVersionArn = '' } = await unlessChanged(name, stepfunctions.send(publish));
  return stateMachineVersionArn;
}
