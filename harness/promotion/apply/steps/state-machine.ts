import { CreateStateMachineCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import type { LambdaName } from '../../../artifacts/bundle.ts';
import { canonicalJson } from '../../../artifacts/digest.ts';
import { untilSettled } from '../../../deploy/resources/resource-driver.ts';
import { explained, roleNotYetKnown, stillDeleting } from '../../../deploy/resources/state-machine.ts';
import { substituteDefinition } from '../../../project/placeholders.ts';
import { substitutionsOf } from '../../release/blueprint.ts';
import type { Step } from '../context.ts';

/** The attested definition with versions in the place of its placeholders. Whatever serves is a version, and stays. */
export const stateMachine: Step = {
  name: 'state machine',
  async run({ blueprint, versions, clients: { stepfunctions }, plan, clock }) {
    const { name, arn, roleArn, definition: declared } = blueprint.stateMachine;
    const values = substitutionsOf(blueprint, versions as Record<LambdaName, string>);
    const definition = substituteDefinition(declared, values);
    const found = plan.observed.stateMachine;
    const same =
      found && found.roleArn === roleArn && canonicalJson(found.definition) === canonicalJson(definition);
    if (same) return;
    const text = JSON.stringify(definition, null, 2);
    const passing = (error: Error) => roleNotYetKnown(error) || stillDeleting(error);
    await explained(name, () =>
      untilSettled(clock, passing, async () => {
        if (found) {
          const update = { stateMachineArn: arn, definition: text, roleArn };
          await stepfunctions.send(new UpdateStateMachineCommand(update));
          return;
        }
        await stepfunctions.send(
          new CreateStateMachineCommand({
            name,
            roleArn,
            definition: text,
            type: 'STANDARD',
            tags: Object.entries(blueprint.tags).map(([key, value]) => ({ key, value })),
          }),
        );
      }),
    );
  },
};
