import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  type LoggingConfiguration,
  type LogLevel,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { canonicalJson } from '../../artifacts/digest.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { StateMachineResource } from '../resource.ts';
import { type ResourceDriver, unlessNotFound, untilSettled } from './resource-driver.ts';

/** A new role is known to Step Functions only after some seconds. */
export const roleNotYetKnown = (error: Error) =>
  error.name === 'AccessDeniedException' && /role/i.test(error.message);
/** The machine of that name is still being deleted. */
export const stillDeleting = (error: Error) => error.name === 'StateMachineDeleting';

/** A state machine; its type cannot be changed once it is made. */
export const stateMachine: ResourceDriver<StateMachineResource> = {
  async apply({ clients: { stepfunctions }, clock, tags }, planned) {
    const { name, arn, roleArn, definition } = planned;
    const loggingConfiguration = loggingOf(planned);
    const text = JSON.stringify(definition, null, 2);
    const present = await unlessNotFound(
      stepfunctions.send(new DescribeStateMachineCommand({ stateMachineArn: arn })),
    );
    const passing = (error: Error) => roleNotYetKnown(error) || stillDeleting(error);
    return explained(planned, () =>
      untilSettled(clock, passing, async () => {
        if (!present || present.status === 'DELETING') {
          await stepfunctions.send(
            new CreateStateMachineCommand({
              name,
              roleArn,
              definition: text,
              type: planned.type,
              ...(loggingConfiguration ? { loggingConfiguration } : {}),
              tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
            }),
          );
          return 'created';
        }
        const same =
          canonicalJson(JSON.parse(present.definition ?? '{}') as Json) === canonicalJson(definition);
        const sameLogging = (present.loggingConfiguration?.level ?? 'OFF') === planned.logging.level;
        if (same && sameLogging && present.roleArn === roleArn) return 'unchanged';
        await stepfunctions.send(
          new UpdateStateMachineCommand({
            stateMachineArn: arn,
            definition: text,
            roleArn,
            ...(loggingConfiguration ? { loggingConfiguration } : {}),
          }),
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

/** Absent for machines without logs, as emulators without logging want it. */
export function loggingOf({
  logging,
}: Pick<StateMachineResource, 'logging'>): LoggingConfiguration | undefined {
  const { level, includeExecutionData, logGroupArn } = logging;
  if (level === 'OFF') return undefined;
  return {
    level: level as LogLevel,
    includeExecutionData,
    ...(logGroupArn === undefined ? {} : { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] }),
  };
}

/** Step Functions' refusal of a definition, with its file. */
export async function explained<Answer>(
  { name, file }: { name: string; file?: string },
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InvalidDefinition') throw error;
    throw new HarnessError(
      'bad-definition',
      `Step Functions refuses the definition of ${name}: ${error.message}`,
      {
        exitCode: ExitCode.inputWrong,
        ...(file === undefined ? {} : { location: { file } }),
        cause: error,
      },
    );
  }
}
