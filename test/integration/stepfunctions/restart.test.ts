/** Executions over a restart: what is listed, what goes on, and that it ends as an undisturbed one does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateActivityCommand,
  DescribeMapRunCommand,
  GetActivityTaskCommand,
  ListActivitiesCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Rig, type RigOptions, startRig } from './rig.ts';

let stateDir: string;
let rig: Rig | undefined;
let gate: () => void;
let isOpen: boolean;
let calls: number;

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:';
const functions: RigOptions['functions'] = {
  double: (event) => (event as { n: number }).n * 2,
  // Answers at once when the gate is open, else never in this process.
  gated: async (event) => {
    calls++;
    if (!isOpen) await new Promise<void>(() => {});
    return event;
  },
  token: () => null,
  picky: (event) => {
    if (event === 2 && !isOpen) throw new Error('no');
    return event;
  },
};

const start = async (): Promise<Rig> => {
  rig = await startRig({ stateDir, functions, seed: String(Math.random()) });
  return rig;
};
const restart = async (): Promise<Rig> => {
  await rig!.stop();
  return start();
};

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-restart-'));
  isOpen = false;
  calls = 0;
  gate = () => {
    isOpen = true;
  };
});
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
  rmSync(stateDir, { recursive: true, force: true });
});

async function begin(definition: object, input: unknown = {}, name?: string): Promise<string> {
  const stateMachineArn = await rig!.create(definition, name === undefined ? {} : { name });
  const { executionArn } = await rig!.sfn.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn!;
}

it('keeps ended executions with their histories, and redrives a failed one', async () => {
  await start();
  const task = { Type: 'Task', Resource: `${LAMBDA}double`, ResultPath: '$.m', End: true };
  const succeeded = await begin({ StartAt: 'A', States: { A: task } }, { n: 4 });
  const { output } = await rig!.wait(succeeded);
  const failed = await begin(
    { StartAt: 'P', States: { P: { Type: 'Task', Resource: `${LAMBDA}picky`, End: true } } },
    2,
  );
  await rig!.wait(failed);
  const before = [await rig!.history(succeeded), await rig!.history(failed)];
  await restart();
  expect(await rig!.wait(succeeded)).toMatchObject({ status: 'SUCCEEDED', output });
  expect([await rig!.history(succeeded), await rig!.history(failed)]).toEqual(before);
  const stateMachineArn = succeeded.replace(':execution:', ':stateMachine:').replace(/:[^:]*$/, '');
  const { executions } = await rig!.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions).toMatchObject([{ executionArn: succeeded, status: 'SUCCEEDED' }]);
  gate();
  await rig!.sfn.send(new RedriveExecutionCommand({ executionArn: failed }));
  expect(await rig!.wait(failed)).toMatchObject({ status: 'SUCCEEDED', output: 2 });
  await restart();
  expect(await rig!.wait(failed)).toMatchObject({ status: 'SUCCEEDED', description: { redriveCount: 1 } });
});

it('fails a call that was in flight as Lambda.Unknown, and the Retry of the machine decides', async () => {
  await start();
  const task = (more: object) => ({ Type: 'Task', Resource: `${LAMBDA}gated`, End: true, ...more });
  const retried = await begin(
    {
      StartAt: 'A',
      States: { A: task({ Retry: [{ ErrorEquals: ['Lambda.Unknown'], IntervalSeconds: 1 }] }) },
    },
    { n: 1 },
  );
  const plain = await begin({ StartAt: 'A', States: { A: task({}) } });
  await vi.waitFor(() => expect(calls).toBe(2));
  await rig!.stop();
  gate();
  await start();
  expect(await rig!.wait(retried)).toMatchObject({ status: 'SUCCEEDED', output: { n: 1 } });
  expect(await rig!.wait(plain)).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
});

it('keeps the deadlines of waits, and ends those that passed meanwhile', async () => {
  await start();
  const arn = await begin({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 3, End: true } } });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await restart();
  const { description } = await rig!.wait(arn);
  const lastedMs = description.stopDate!.getTime() - description.startDate!.getTime();
  expect(lastedMs).toBeGreaterThanOrEqual(2_990);
  expect(lastedMs).toBeLessThan(4_500);
});

it('takes the answer to a token, and of the worker that holds an activity, after the restart', async () => {
  await start();
  const { activityArn } = await rig!.sfn.send(new CreateActivityCommand({ name: 'work' }));
  const activity = { StartAt: 'A', States: { A: { Type: 'Task', Resource: activityArn, End: true } } };
  const taken = await begin(activity, { n: 1 });
  const { taskToken } = await rig!.sfn.send(new GetActivityTaskCommand({ activityArn }));
  const waiting = await begin(activity, { n: 2 });
  const callback = await begin({
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Parameters: { FunctionName: 'token', Payload: { 'token.$': '$$.Task.Token' } },
        End: true,
      },
    },
  });
  await vi.waitFor(() => expect(rig!.invocations).toHaveLength(1));
  await vi.waitFor(async () =>
    expect((await rig!.history(callback)).map(({ type }) => type)).toContain('TaskSubmitted'),
  );
  const { token } = JSON.parse(rig!.invocations[0]!.payload) as { token: string };
  await restart();
  expect((await rig!.sfn.send(new ListActivitiesCommand({}))).activities).toHaveLength(1);
  await rig!.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"first"' }));
  expect(await rig!.wait(taken)).toMatchObject({ status: 'SUCCEEDED', output: 'first' });
  const second = await rig!.sfn.send(new GetActivityTaskCommand({ activityArn }));
  expect(second.input).toBe('{"n":2}');
  await rig!.sfn.send(new SendTaskSuccessCommand({ taskToken: second.taskToken, output: '"second"' }));
  expect(await rig!.wait(waiting)).toMatchObject({ status: 'SUCCEEDED', output: 'second' });
  await rig!.sfn.send(new SendTaskSuccessCommand({ taskToken: token, output: '"called back"' }));
  expect(await rig!.wait(callback)).toMatchObject({ status: 'SUCCEEDED', output: 'called back' });
});

it('finds the child of a .sync task again', async () => {
  await start();
  const child = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 2, End: true } } };
  const StateMachineArn = await rig!.create(child, { name: 'child' });
  const arn = await begin({
    StartAt: 'S',
    States: {
      S: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: { StateMachineArn, Input: { n: 7 } },
        OutputPath: '$.Output',
        End: true,
      },
    },
  });
  await restart();
  expect(await rig!.wait(arn)).toMatchObject({ status: 'SUCCEEDED', output: { n: 7 } });
  const { executions } = await rig!.sfn.send(new ListExecutionsCommand({ stateMachineArn: StateMachineArn }));
  expect(executions).toHaveLength(1);
});

it.each(['STANDARD', 'EXPRESS'])(
  'goes on with a Map Run of %s children, each item once in the result',
  async (type) => {
    await start();
    await rig!.s3.send(new CreateBucketCommand({ Bucket: 'items' }));
    const items = Array.from({ length: 40 }, (_, n) => n);
    await rig!.s3.send(
      new PutObjectCommand({ Bucket: 'items', Key: 'list.json', Body: JSON.stringify(items) }),
    );
    const retry = [{ ErrorEquals: ['Lambda.Unknown'], IntervalSeconds: 1 }];
    const arn = await begin({
      StartAt: 'M',
      States: {
        M: {
          Type: 'Map',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'JSON' },
            Parameters: { Bucket: 'items', Key: 'list.json' },
          },
          MaxConcurrency: 10,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
            StartAt: 'C',
            States: {
              C: {
                Type: 'Choice',
                Choices: [{ Variable: '$', NumericLessThan: 5, Next: 'D' }],
                Default: 'G',
              },
              D: { Type: 'Pass', End: true },
              G: { Type: 'Task', Resource: `${LAMBDA}gated`, Retry: retry, End: true },
            },
          },
          End: true,
        },
      },
    });
    await vi.waitFor(() => expect(calls).toBe(10));
    await rig!.stop();
    gate();
    await start();
    expect(await rig!.wait(arn)).toMatchObject({ status: 'SUCCEEDED', output: items });
    const { mapRuns } = await rig!.sfn.send(new ListMapRunsCommand({ executionArn: arn }));
    const { mapRunArn } = mapRuns![0]!;
    const described = await rig!.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', itemCounts: { total: 40, succeeded: 40 } });
    await restart();
    expect(await rig!.sfn.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: 'SUCCEEDED',
      itemCounts: { total: 40, succeeded: 40 },
      executionCounts: described.executionCounts,
    });
    const { executions } = await rig!.sfn.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions).toHaveLength(40);
    expect(await rig!.wait(arn)).toMatchObject({ status: 'SUCCEEDED', output: items });
  },
);
