import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { canonicalJson } from '../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { StateMachineResource } from '../plan.ts';
import { type ResourceDriver, unlessNotFound, untilSettled } from './resource-driver.ts';

/** A new role is known to Step Functions only after some seconds. */
export const roleNotYetKnown = (error: Error) =>
  error.name === 'AccessDeniedException' && /role/i.test(error.message);
/** The machine of that name is still being deleted. */
export const stillDeleting = (error: Error) => error.name === 'StateMachineDeleting';

/** A STANDARD state machine. */
export const stateMachine: ResourceDriver<StateMachineResource> = {
  async apply({ clients: { stepfunctions }, clock, tags }, { name, arn, roleArn, definition }) {
    const text = JSON.stringify(definition, null, 2);
    const present = await unlessNotFound(
      stepfunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
    );
    const passing = (error: Error) => roleNotYetKnown(error) || stillDeleting(error);
    return explained(name, () =>
      untilSettled(clock, passing, async () => {
        if (!present || present.status === 'DELETING') {
          await stepfunctions.send(
            new CreateStateMachineCommand({
              name,
              roleArn,
              definition: text,
              type: 'STANDARD',
              tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
            }),
          );
          return 'created';
        }
        const same =
          canonicalJson(JSON.parse(present.definition ?? '{}') as Json) === canonicalJson(definition);
        if (same && present.roleArn === roleArn) return 'unchanged';
        await stepfunctions.send(
          new UpdateStateMachineCommand({ stateMachineArn: arn, definition: text, roleArn }),
        );
        return 'updated';
      }),
    );
  },

  async remove({ clients: { stepfunctions } }, { arn }) {
    const present = await unlessNotFound(
      stepfunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
    );
    if (!present) return false;
    await stepfunctions.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));
    return true;
  },
};

/** Step Functions' refusal of a definition, with its place. */
export async function explained<Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidDefinition') throw error;
    throw new HarnessError(
      'bad-definition',
      `Step Functions refuses the definition of ${name}: ${error.message}`,
      {
        exitCode: ExitCode.inputWrong,
        location: { file: 'statemachine/cosmicai.asl.json' },
        cause: error,
      },
    );
  }
}
