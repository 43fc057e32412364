import { CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  TestStateCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../../harness/core/json.ts';
import { type Rig, ROLE, startRig } from './rig.ts';

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const WAIT = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 900, End: true } } };

describe('the API of Step Functions', () => {
  let rig: Rig;
  let tokenSeen: (token: string) => void = () => {};
  let healthy = true;
  beforeAll(async () => {
    rig = await startRig({
      functions: {
        notify: (event) => {
          tokenSeen((event as { token: string }).token);
          return 'sent';
        },
        moody: () => {
          if (!healthy) throw new Error('moody');
          return 'well';
        },
      },
    });
  });
  afterAll(() => rig.stop());

  it('gives a name to one execution: the same start again is the same execution', async () => {
    const stateMachineArn = await rig.create(WAIT);
    const start = (input: string) =>
      rig.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'one', input }));
    const first = await start('{"a":1}');
    expect((await start('{"a":1}')).executionArn).toBe(first.executionArn);
    await expect(start('{"a":2}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first.executionArn}'`,
    });
    await expect(
      rig.sfn.send(new StartExecutionCommand({ stateMachineArn, name: 'a b' })),
    ).rejects.toMatchObject({ name: 'InvalidName', message: "Invalid Name: 'a b'" });
    await expect(
      rig.sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{' })),
    ).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  it('pages through executions, newest first, and through a history, both ways', async () => {
    const stateMachineArn = await rig.create(PASS);
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await rig.wait(
        (await rig.sfn.send(new StartExecutionCommand({ stateMachineArn, name }))).executionArn!,
      );
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await rig.sfn.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 2, nextToken }),
      );
      names.push(...page.executions!.map(({ name }) => name!));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(names).toEqual(['e', 'd', 'c', 'b', 'a']);

    const executionArn = stateMachineArn.replace(':stateMachine:', ':execution:').concat(':a');
    const ids: number[] = [];
    do {
      const page = await rig.sfn.send(
        new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 3, nextToken }),
      );
      ids.push(...page.events!.map(({ id }) => id!));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(ids).toEqual([4, 3, 2, 1]);
    const { events } = await rig.sfn.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(events![0]!.executionStartedEventDetails).toEqual({ roleArn: ROLE });
  });

  it('routes an alias by weight over versions', async () => {
    const stateMachineArn = await rig.create(PASS);
    const publish = async (Result: Json) => {
      const definition = JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result, End: true } } });
      const answer = await rig.sfn.send(
        new UpdateStateMachineCommand({ stateMachineArn, definition, publish: true }),
      );
      return answer.stateMachineVersionArn!;
    };
    const [v1, v2] = [await publish(1), await publish(2)];
    const { stateMachineAliasArn } = await rig.sfn.send(
      new CreateStateMachineAliasCommand({
        name: 'live',
        routingConfiguration: [
          { stateMachineVersionArn: v1, weight: 70 },
          { stateMachineVersionArn: v2, weight: 30 },
        ],
      }),
    );
    const counts: { [output: string]: number } = {};
    for (let i = 0; i < 200; i++) {
      const { executionArn } = await rig.sfn.send(
        new StartExecutionCommand({ stateMachineArn: stateMachineAliasArn }),
      );
      const { description } = await rig.wait(executionArn!);
      expect(description.stateMachineAliasArn).toBe(stateMachineAliasArn);
      counts[description.output!] = (counts[description.output!] ?? 0) + 1;
    }
    expect(counts['1']).toBeGreaterThan(110);
    expect(counts['2']).toBeGreaterThan(30);
  });

  it('hands an activity to a worker that was waiting', async () => {
    const { activityArn } = await rig.sfn.send(new CreateActivityCommand({ name: 'observe' }));
    const waiting = rig.sfn.send(new GetActivityTaskCommand({ activityArn, workerName: 'telescope' }));
    const definition = { StartAt: 'T', States: { T: { Type: 'Task', Resource: activityArn, End: true } } };
    const stateMachineArn = await rig.create(definition);
    const { executionArn } = await rig.sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: '{"star":"Vega"}' }),
    );
    const { taskToken, input } = await waiting;
    expect(input).toBe('{"star":"Vega"}');
    await rig.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
    await rig.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"mag":0.03}' }));
    expect((await rig.wait(executionArn!)).output).toEqual({ mag: 0.03 });
    expect((await rig.history(executionArn!)).map(({ type }) => type).slice(2, 5)).toEqual([
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
    ]);
    await expect(rig.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '1' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  it('waits for the token that a function passes on, and fails with what is sent', async () => {
    const token = new Promise<string>((resolve) => {
      tokenSeen = resolve;
    });
    const stateMachineArn = await rig.create({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: 'notify', Payload: { 'token.$': '$$.Task.Token' } },
          End: true,
        },
      },
    });
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await rig.sfn.send(
      new SendTaskFailureCommand({ taskToken: await token, error: 'Clouds', cause: 'all night' }),
    );
    expect(await rig.wait(executionArn!)).toMatchObject({ error: 'Clouds', cause: 'all night' });
    expect((await rig.history(executionArn!)).map(({ type }) => type)).toContain('TaskSubmitted');
  });

  it('redrives from the state that failed', async () => {
    healthy = false;
    const stateMachineArn = await rig.create({
      StartAt: 'P',
      States: {
        P: { Type: 'Pass', Next: 'T' },
        T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:moody', End: true },
      },
    });
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    expect((await rig.wait(executionArn!)).description.redriveStatus).toBe('REDRIVABLE');
    healthy = true;
    await rig.sfn.send(new RedriveExecutionCommand({ executionArn }));
    expect((await rig.wait(executionArn!)).description).toMatchObject({ output: '"well"', redriveCount: 1 });
    await expect(rig.sfn.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });

  it('runs Express machines synchronously and logs them', async () => {
    await rig.logs.send(new CreateLogGroupCommand({ logGroupName: '/states/fast' }));
    const { stateMachineArn } = await rig.sfn.send(
      new CreateStateMachineCommand({
        name: 'fast',
        type: 'EXPRESS',
        definition: JSON.stringify(PASS),
        roleArn: ROLE,
        loggingConfiguration: {
          level: 'ALL',
          includeExecutionData: true,
          destinations: [
            {
              cloudWatchLogsLogGroup: {
                logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/states/fast:*',
              },
            },
          ],
        },
      }),
    );
    // The SDK puts `sync-` before the host unless told not to; 127.0.0.1 has no such name.
    rig.sfn.config.disableHostPrefix = true;
    const answer = await rig.sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
    expect(answer.executionArn).toMatch(/:express:fast:[0-9a-f-]{36}:[0-9a-f-]{36}$/);
    await expect(
      rig.sfn.send(new DescribeExecutionCommand({ executionArn: answer.executionArn })),
    ).rejects.toMatchObject({ message: "Invalid Arn: 'Resource type not valid in this context: express'" });
    const { events } = await rig.logs.send(
      new FilterLogEventsCommand({ logGroupName: '/states/fast', logStreamNamePrefix: 'states/' }),
    );
    const records = events!.map(({ message }) => JSON.parse(message!) as { id: string; type: string });
    expect(records.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 ExecutionStarted',
      '2 PassStateEntered',
      '3 PassStateExited',
      '4 ExecutionSucceeded',
    ]);
  });

  it('tests a state on its own, with its real function', async () => {
    const answer = await rig.sfn.send(
      new TestStateCommand({
        definition: JSON.stringify({
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'moody', 'Payload.$': '$' },
          ResultSelector: { 'answer.$': '$.Payload' },
          Next: 'Elsewhere',
        }),
        roleArn: ROLE,
        input: '{"x":1}',
        inspectionLevel: 'DEBUG',
      }),
    );
    expect(answer).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"answer":"well"}',
      nextState: 'Elsewhere',
      inspectionData: { afterResultSelector: '{"answer":"well"}' },
    });
  });

  it('tells what is wrong with a definition', async () => {
    const { result, diagnostics } = await rig.sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition: '{"StartAt":"A","States":{}}' }),
    );
    expect(result).toBe('FAIL');
    expect(diagnostics!.length).toBeGreaterThan(0);
    await expect(rig.create({ StartAt: 'A', States: {} })).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringMatching(/^Invalid State Machine Definition: '/),
    });
  });

  it('ends the executions of a machine that is deleted', async () => {
    const stateMachineArn = await rig.create(WAIT);
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await rig.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    expect((await rig.wait(executionArn!)).status).toBe('ABORTED');
    await expect(rig.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      message: `State Machine Does Not Exist: '${stateMachineArn}'`,
    });
  });

  it('runs the mocks of a test case', async () => {
    const stateMachineArn = await rig.create(
      {
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage',
            Parameters: { QueueUrl: 'q', MessageBody: 'm' },
            Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxDelaySeconds: 2 }],
            End: true,
          },
        },
      },
      { name: 'mocked' },
    );
    rig.service.useMocks({
      StateMachines: { mocked: { TestCases: { Retried: { T: 'busy-then-sent' } } } },
      MockedResponses: {
        'busy-then-sent': {
          '0': { Throw: { Error: 'Busy', Cause: 'later' } },
          '1': { Return: { MessageId: '1' } },
        },
      },
    });
    const { executionArn } = await rig.sfn.send(
      new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}#Retried` }),
    );
    expect((await rig.wait(executionArn!)).output).toEqual({ MessageId: '1' });
    expect(rig.service.coverage(stateMachineArn)).toMatchObject({
      counts: { '/States/T': 1, '/States/T/Retry[0]': 1 },
    });
  });
});
