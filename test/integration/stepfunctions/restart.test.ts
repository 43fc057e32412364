/** Executions over a restart: what is listed, what goes on, and that it ends as an undisturbed one does. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limitsOf } from '../../../harness/core/limits.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';

let stateDir: string;
let rig: Rig | undefined;
let gate: () => void;
let isOpen: boolean;
let calls: number;
let machines = 0;
let options: Pick<RigOptions, 'limits' | 'warn'>;
/** For what comes in its own time, on a loaded machine too. */
const LONG = { timeout: 30_000 };

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
  rig = await startRig({ stateDir, functions, seed: String(Math.random()), ...options });
  return rig;
};
const restart = async (): Promise<Rig> => {
  await rig!.stop();
  return start();
};

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-restart-'));
  isOpen = false;
  options = {};
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
  const stateMachineArn = await rig!.create(definition, { name: name ?? `machine-${++machines}` });
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
  await vi.waitFor(() => expect(calls).toBe(2), LONG);
  await rig!.stop();
  gate();
  await start();
  expect(await rig!.wait(retried)).toMatchObject({ status: 'SUCCEEDED', output: { n: 1 } });
  expect(await rig!.wait(plain)).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
});

it('keeps the deadlines of waits', async () => {
  await start();
  const waiting = (Seconds: number) => ({
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds, End: true } },
  });
  const before = await begin(waiting(4));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await restart();
  // Due a second or more after the first, which would be due after it if its wait had begun again.
  const after = await begin(waiting(3));
  const [first, second] = [await rig!.wait(before), await rig!.wait(after)];
  const { startDate, stopDate } = first.description;
  expect(stopDate!.getTime() - startDate!.getTime()).toBeGreaterThanOrEqual(3_990);
  expect(stopDate!.getTime()).toBeLessThan(second.description.stopDate!.getTime());
});

it('redrives a stopped execution once: the stop of before is not repeated', async () => {
  await start();
  const arn = await begin({
    StartAt: 'A',
    States: { A: { Type: 'Task', Resource: `${LAMBDA}gated`, End: true } },
  });
  await vi.waitFor(() => expect(calls).toBe(1), LONG);
  await rig!.sfn.send(new StopExecutionCommand({ executionArn: arn }));
  await rig!.sfn.send(new RedriveExecutionCommand({ executionArn: arn }));
  await vi.waitFor(() => expect(calls).toBe(2), LONG);
  await restart();
  expect(await rig!.wait(arn)).toMatchObject({
    status: 'FAILED',
    error: 'Lambda.Unknown',
    description: { redriveCount: 1 },
  });
});

it('takes an execution for ended when the write of its last event was cut short behind it', async () => {
  await start();
  const task = { Type: 'Task', Resource: `${LAMBDA}double`, End: true };
  const arn = await begin({ StartAt: 'A', States: { A: task } }, { n: 4 });
  const before = await rig!.wait(arn);
  await rig!.stop();
  const path = join(stateDir, 'stepfunctions', 'executions');
  const lines = readFileSync(path, 'utf8').split('\n');
  const end = lines.findIndex((line) => line.includes('"o":"end"'));
  writeFileSync(path, `${lines.slice(0, end).join('\n')}\n${lines[end]!.slice(0, 20)}`);
  const warnings: string[] = [];
  options = { warn: (line) => warnings.push(line) };
  await start();
  expect(warnings).toEqual([expect.stringContaining('no whole record')]);
  const { description, ...after } = await rig!.wait(arn);
  expect(after).toEqual({ arn, status: 'SUCCEEDED', output: 8, error: undefined, cause: undefined });
  expect(description.stopDate).toEqual(before.description.stopDate);
});

it('forgets the oldest executions where more have ended than are retained', async () => {
  options = { limits: limitsOf('aws-default', { sfnRetainedExecutions: 3 }) };
  await start();
  const stateMachineArn = await rig!.create({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
  const list = async () => {
    const { executions } = await rig!.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    return executions!.map(({ name }) => name);
  };
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    await rig!.sfn.send(new StartExecutionCommand({ stateMachineArn, name }));
  expect(await list()).toEqual(['e', 'd', 'c']);
  await restart();
  expect(await list()).toEqual(['e', 'd', 'c']);
  await rig!.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'a' }));
  expect(await list()).toEqual(['a', 'e', 'd']);
});

it('reports an execution with a damaged record, leaves it out, and goes on with the others', async () => {
  await start();
  const definition = {
    StartAt: 'A',
    States: {
      A: { Type: 'Task', Resource: `${LAMBDA}double`, Next: 'W' },
      W: { Type: 'Wait', Seconds: 3_600, End: true },
    },
  };
  const stateMachineArn = await rig!.create(definition);
  const begun: string[] = [];
  for (const n of [1, 2, 3]) {
    const { executionArn } = await rig!.sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ n }) }),
    );
    await vi.waitFor(async () => {
      const types = (await rig!.history(executionArn!)).map(({ type }) => type);
      expect(types).toContain('WaitStateEntered');
    }, LONG);
    begun.push(executionArn!);
  }
  await rig!.stop();
  const path = join(stateDir, 'stepfunctions', 'executions');
  const lines = readFileSync(path, 'utf8').split('\n');
  const damaged = lines.findIndex((line) => line.includes('"n":2') && line.includes('taskSucceeded'));
  lines[damaged] = lines[damaged]!.replace('taskSucceeded', 'taskSucceedee');
  writeFileSync(path, lines.join('\n'));
  const content = readFileSync(path);
  const warnings: string[] = [];
  options = { warn: (line) => warnings.push(line) };
  await start();
  expect(warnings).toEqual([
    expect.stringMatching(`executions: record ${damaged + 1} .* is damaged`),
    expect.stringContaining(`the execution ${begun[1]} has lost a record and is left out`),
  ]);
  const { executions } = await rig!.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions).toMatchObject([
    { executionArn: begun[2], status: 'RUNNING' },
    { executionArn: begun[0], status: 'RUNNING' },
  ]);
  await rig!.stop();
  expect(readFileSync(path).subarray(0, content.length).equals(content)).toBe(true);
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
  await vi.waitFor(() => expect(rig!.invocations).toHaveLength(1), LONG);
  await vi.waitFor(
    async () => expect((await rig!.history(callback)).map(({ type }) => type)).toContain('TaskSubmitted'),
    LONG,
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
    await vi.waitFor(() => expect(calls).toBe(10), LONG);
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
