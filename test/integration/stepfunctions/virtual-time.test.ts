import { readFileSync } from 'node:fs';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { type Clock, VirtualClock, wallClock } from '../../../harness/core/clock.ts';
import { startRig } from './rig.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** Waits `seconds`, then a task that fails twice and is retried after 1 and 2 of them. */
const patient = (seconds: number) => ({
  StartAt: 'W',
  States: {
    W: { Type: 'Wait', Seconds: seconds, Next: 'T' },
    T: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:moody',
      Retry: [{ ErrorEquals: ['Moody'], IntervalSeconds: 1, BackoffRate: 2 }],
      Next: 'P',
    },
    P: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, End: true } } },
        { StartAt: 'B', States: { B: { Type: 'Pass', End: true } } },
      ],
      End: true,
    },
  },
});

class Moody extends Error {
  override name = 'Moody';
}

async function historyOn(clock: Clock, seconds: number): Promise<HistoryEvent[]> {
  let calls = 0;
  const rig = await startRig({
    clock,
    seed: 'same',
    functions: {
      moody: () => {
        if (++calls < 3) throw new Moody('not yet');
        return { calls };
      },
    },
  });
  try {
    const ended = await rig.run(patient(seconds));
    expect(ended.status).toBe('SUCCEEDED');
    return await rig.history(ended.arn);
  } finally {
    await rig.stop();
  }
}

const withoutTime = (events: HistoryEvent[]) => events.map(({ timestamp: _, ...rest }) => rest);

describe('virtual time', () => {
  it('passes a day of waiting and its retries at once, to the second', async () => {
    const events = await historyOn(new VirtualClock(START_MS), 86_400);
    const spanMs = events.at(-1)!.timestamp!.getTime() - events[0]!.timestamp!.getTime();
    expect(spanMs).toBe(86_400_000 + 1_000 + 2_000 + 1_000);
  });

  it('writes the history that wall time writes, but for timestamps', async () => {
    const [virtual, wall] = [await historyOn(new VirtualClock(START_MS), 1), await historyOn(wallClock(), 1)];
    expect(withoutTime(virtual)).toEqual(withoutTime(wall));
  }, 30_000);

  it('stands still while a function works', async () => {
    const clock = new VirtualClock(START_MS);
    let finishWork = () => {};
    const rig = await startRig({
      clock,
      functions: { slow: () => new Promise((resolve) => (finishWork = () => resolve('done'))) },
    });
    try {
      const stateMachineArn = await rig.create({
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:lambda:us-east-1:000000000000:function:slow',
            TimeoutSeconds: 1,
            End: true,
          },
        },
      });
      const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(clock.nowMs()).toBe(START_MS);
      finishWork();
      expect((await rig.wait(executionArn!)).status).toBe('SUCCEEDED');
    } finally {
      await rig.stop();
    }
  });
});

describe('a state folder', () => {
  it('keeps machines and executions of an emulator that was killed', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const { join } = await import('node:path');
    const stateDir = mkdtempSync(join(tmpdir(), 'sfn-state-'));
    try {
      const first = await startRig({ stateDir });
      const arn = await first.create({
        StartAt: 'W',
        States: { W: { Type: 'Wait', Seconds: 999, End: true } },
      });
      const { executionArn } = await first.sfn.send(new StartExecutionCommand({ stateMachineArn: arn }));
      // A write, so that nothing of the first is still on its way to the folder when the second opens it.
      await first.s3.send(new CreateBucketCommand({ Bucket: 'settled' }));
      await first.s3.send(new PutObjectCommand({ Bucket: 'settled', Key: 'a', Body: 'a' }));
      // No orderly end: the second rig finds the folder as a SIGKILL leaves it.
      const second = await startRig({ stateDir });
      const known = await second.sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect(known.status).toBe('RUNNING');
      await second.sfn.send(new StopExecutionCommand({ executionArn, error: 'Late' }));
      expect(await second.wait(executionArn!)).toMatchObject({ status: 'ABORTED', error: 'Late' });
      const { executionArn: next } = await second.sfn.send(
        new StartExecutionCommand({ stateMachineArn: arn }),
      );
      await second.sfn.send(new StopExecutionCommand({ executionArn: next, error: 'Enough' }));
      expect(await second.wait(next!)).toMatchObject({ status: 'ABORTED', error: 'Enough' });
      await second.stop();
      await first.stop();
      expect(readFileSync(join(stateDir, 'stepfunctions/scratch/histories')).length).toBe(0);
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});
