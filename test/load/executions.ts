/** State machines of benchmarks: made and run through the SDK, their ends seen without polling. */
import { CreateStateMachineCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Emulator } from '../../harness/emulator/emulator.ts';

/** ARN of a new state machine. */
export async function createMachine(
  sfn: SFNClient,
  name: string,
  definition: object,
  type: 'STANDARD' | 'EXPRESS' = 'STANDARD',
): Promise<string> {
  const { stateMachineArn } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      type,
      definition: JSON.stringify(definition),
      roleArn: 'arn:aws:iam::000000000000:role/bench',
    }),
  );
  return stateMachineArn!;
}

/** A function that runs an execution to its end, and answers its ARN. */
export function runnerOf(emulator: Emulator, sfn: SFNClient) {
  const ended = new Map<string, () => void>();
  const early = new Set<string>();
  emulator.stepFunctions.onStatus(({ detail: { executionArn: arn, stateMachineArn, status } }) => {
    // A child's machine ARN ends with the Map's label.
    if (status === 'RUNNING' || stateMachineArn.includes('/')) return;
    const resolve = ended.get(arn);
    if (resolve) resolve();
    else early.add(arn);
  });
  const untilEnded = (arn: string): Promise<void> =>
    early.delete(arn) ? Promise.resolve() : new Promise((resolve) => ended.set(arn, resolve));
  return async (stateMachineArn: string, input: unknown = {}): Promise<string> => {
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
    );
    await untilEnded(executionArn!);
    ended.delete(executionArn!);
    return executionArn!;
  };
}

/** A chain of Pass states. */
export const passes = (count: number) => ({
  StartAt: 'P0',
  States: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `P${i}`,
      { Type: 'Pass', ...(i + 1 < count ? { Next: `P${i + 1}` } : { End: true }) },
    ]),
  ),
});
