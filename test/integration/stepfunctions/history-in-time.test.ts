/** Histories and logs while executions run (cases F10, F20, S1, S4, S11). */
import { CreateLogGroupCommand, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DeleteActivityCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, ROLE, startRig } from './rig.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:wait';
const INVOKE = 'arn:aws:states:::lambda:invoke';

describe('a running task', () => {
  let rig: Rig;
  let release: () => void;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  beforeAll(async () => {
    rig = await startRig({ functions: { wait: () => gate.then(() => 'done') } });
  });
  afterAll(() => rig.stop());

  const types = async (executionArn: string) => {
    const { events = [] } = await rig.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    return events.map(({ type }) => type);
  };
  const start = async (definition: object) => {
    const { executionArn } = await rig.sfn.send(
      new StartExecutionCommand({ stateMachineArn: await rig.create(definition) }),
    );
    return executionArn as string;
  };

  it.each([
    ['lambda:invoke', INVOKE, 'TaskStarted'],
    ['a function ARN', LAMBDA, 'LambdaFunctionStarted'],
    ['aws-sdk:lambda:invoke', 'arn:aws:states:::aws-sdk:lambda:invoke', 'TaskStarted'],
    ['a task token', `${INVOKE}.waitForTaskToken`, 'TaskStarted'],
  ])('shows its start while it runs: %s', async (_, Resource, started) => {
    const Parameters = {
      FunctionName: 'wait',
      ...(Resource.endsWith('Token') && { Payload: { 'token.$': '$$.Task.Token' } }),
    };
    const arn = await start({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource, Parameters, End: true } },
    });
    expect((await types(arn)).at(-1)).toBe(started);
  });

  it('shows the start of each iteration of a Map before any of them times out', async () => {
    const ItemProcessor = {
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: INVOKE,
          Parameters: { FunctionName: 'wait' },
          TimeoutSeconds: 1,
          End: true,
        },
      },
    };
    const arn = await start({
      StartAt: 'L',
      States: {
        L: { Type: 'Pass', Result: [1, 2, 3, 4], Next: 'M' },
        M: { Type: 'Map', ItemProcessor, End: true },
      },
    });
    await rig.wait(arn);
    const all = await types(arn);
    expect(all.filter((type) => type === 'TaskStarted')).toHaveLength(4);
    expect(all.lastIndexOf('TaskStarted')).toBeLessThan(all.indexOf('TaskTimedOut'));
    release();
  });
});

describe('logs', () => {
  let rig: Rig;
  const logGroupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:machines:*';
  beforeAll(async () => {
    rig = await startRig();
    await rig.logs.send(new CreateLogGroupCommand({ logGroupName: 'machines' }));
  });
  afterAll(() => rig.stop());

  it('has one stream for all executions of a machine', async () => {
    const { stateMachineArn } = await rig.sfn.send(
      new CreateStateMachineCommand({
        name: 'logged',
        definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn: ROLE,
        loggingConfiguration: {
          level: 'ALL',
          includeExecutionData: true,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
        },
      }),
    );
    for (let i = 0; i < 3; i++) {
      const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
      await rig.wait(executionArn as string);
    }
    const { logStreams = [] } = await rig.logs.send(
      new DescribeLogStreamsCommand({ logGroupName: 'machines', logStreamNamePrefix: 'states/' }),
    );
    expect(logStreams.map(({ logStreamName }) => logStreamName)).toEqual([
      expect.stringMatching(/^states\/logged\/\d{4}(-\d\d){4}\/[0-9a-f]{8}$/),
    ]);
  });

  it.each([
    [{ destinations: [] }, { level: 'OFF', includeExecutionData: false, destinations: [] }],
    [{ level: 'OFF' as const }, { level: 'OFF', includeExecutionData: false }],
    [undefined, { level: 'OFF', includeExecutionData: false }],
  ])('shows destinations where they were given: %j', async (loggingConfiguration, shown) => {
    const { stateMachineArn } = await rig.sfn.send(
      new CreateStateMachineCommand({
        name: `off-${JSON.stringify(loggingConfiguration ?? '').length}`,
        definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn: ROLE,
        loggingConfiguration,
      }),
    );
    const described = await rig.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect(described.loggingConfiguration).toEqual(shown);
  });
});

describe('a deleted activity', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  it('fails the state before anything is scheduled', async () => {
    const { activityArn } = await rig.sfn.send(new CreateActivityCommand({ name: 'gone' }));
    await rig.sfn.send(new DeleteActivityCommand({ activityArn }));
    const ended = await rig.run({
      StartAt: 'A',
      States: { A: { Type: 'Task', Resource: activityArn, End: true } },
    });
    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'A' (entered at the event id #2). The activity ${activityArn} does not exist.`,
    });
    expect((await rig.history(ended.arn)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ExecutionFailed',
    ]);
  });
});
