import {
  DescribeMapRunCommand,
  ListMapRunsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { type Rig, startRig } from './rig.ts';

/** One child that waits until its function is let go. */
const MACHINE = {
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      Label: 'M',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:lambda:us-east-1:000000000000:function:gate',
            End: true,
          },
        },
      },
      End: true,
    },
  },
};

describe('the quota of open Map Runs', () => {
  let rig: Rig;
  const gates: (() => void)[] = [];
  const turnsUntil = async (done: () => boolean | Promise<boolean>) => {
    for (let i = 0; i < 500 && !(await done()); i++) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await done()).toBe(true);
  };
  const begin = async () => {
    rig = await startRig({
      limits: limitsOf('none', { sfnOpenMapRuns: 1 }),
      functions: { gate: () => new Promise((resolve) => gates.push(() => resolve('through'))) },
    });
    const stateMachineArn = await rig.create(MACHINE);
    const start = async () =>
      (await rig.sfn.send(new StartExecutionCommand({ stateMachineArn, input: '[1]' }))).executionArn!;
    return { start };
  };
  const mapRunOf = async (executionArn: string) => {
    const { mapRuns } = await rig.sfn.send(new ListMapRunsCommand({ executionArn }));
    return rig.sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRuns![0]!.mapRunArn! }));
  };
  afterEach(async () => {
    await rig.stop();
    gates.length = 0;
  });

  it('lets a further Map Run wait at MapRunStarted until another has ended', async () => {
    const { start } = await begin();
    const first = await start();
    await turnsUntil(() => gates.length === 1);
    const second = await start();
    await turnsUntil(async () => (await rig.history(second)).at(-1)?.type === 'MapRunStarted');
    expect(await mapRunOf(second)).toMatchObject({ status: 'RUNNING', executionCounts: { running: 0 } });
    gates[0]!();
    expect((await rig.wait(first)).status).toBe('SUCCEEDED');
    await turnsUntil(() => gates.length === 2);
    gates[1]!();
    expect(await rig.wait(second)).toMatchObject({ status: 'SUCCEEDED', output: ['through'] });
  });

  it('aborts the Map Run of a stopped execution, and frees its place for the one that waits', async () => {
    const { start } = await begin();
    const first = await start();
    await turnsUntil(() => gates.length === 1);
    const [second, third] = [await start(), await start()];
    await rig.sfn.send(new StopExecutionCommand({ executionArn: second }));
    expect(await mapRunOf(second)).toMatchObject({ status: 'ABORTED', stopDate: expect.any(Date) });
    await rig.sfn.send(new StopExecutionCommand({ executionArn: first }));
    expect(await mapRunOf(first)).toMatchObject({
      status: 'ABORTED',
      executionCounts: { aborted: 1, running: 0 },
    });
    expect((await rig.history(first)).at(-1)?.type).toBe('ExecutionAborted');
    await turnsUntil(() => gates.length === 2);
    gates[1]!();
    expect((await rig.wait(third)).status).toBe('SUCCEEDED');
    expect((await mapRunOf(second)).executionCounts?.total).toBe(1);
  });
});
