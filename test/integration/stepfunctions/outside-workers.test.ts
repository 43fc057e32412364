import {
  CreateActivityCommand,
  GetActivityTaskCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../harness/core/clock.ts';
import { type Rig, startRig } from './rig.ts';

const START_MS = Date.UTC(2026, 0, 1);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('workers outside, on virtual time', () => {
  let rig: Rig;
  let clock: VirtualClock;
  beforeEach(async () => {
    clock = new VirtualClock(START_MS);
    rig = await startRig({ clock, functions: { notify: () => null } });
  });
  afterEach(() => rig.stop());

  /** A worker that polls first, so that the task goes straight into its hands. */
  async function takenTask(heartbeatSeconds: number) {
    const { activityArn } = await rig.sfn.send(new CreateActivityCommand({ name: 'observe' }));
    const poll = rig.sfn.send(new GetActivityTaskCommand({ activityArn, workerName: 'w' }));
    await pause(100);
    expect(clock.nowMs()).toBe(START_MS);
    const stateMachineArn = await rig.create({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: activityArn, HeartbeatSeconds: heartbeatSeconds, End: true } },
    });
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    return { executionArn: executionArn!, taskToken: (await poll).taskToken! };
  }

  it('have real time for the task they hold, whose heartbeat is not jumped past', async () => {
    const { executionArn, taskToken } = await takenTask(60);
    await pause(150);
    await rig.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"seen"' }));
    expect(await rig.wait(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: 'seen' });
    expect(clock.nowMs() - START_MS).toBeLessThan(30_000);
  });

  it('time out when they are silent for as long as the heartbeat says', async () => {
    const { executionArn } = await takenTask(1);
    expect(await rig.wait(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('are not waited for when nobody is known to hold a token', async () => {
    const ended = await rig.run({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: 'notify', Payload: { 'token.$': '$$.Task.Token' } },
          TimeoutSeconds: 86_400,
          End: true,
        },
      },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(clock.nowMs() - START_MS).toBeGreaterThanOrEqual(86_400_000);
  });
});
