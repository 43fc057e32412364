/** AWS/States metrics of redriven executions, versions, tasks of each kind, and Map Runs. */
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  RedriveExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type LambdaFixture, ROLE, startLambda } from '../lambda/fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let rig: LambdaFixture;
let cloudWatch: CloudWatchClient;
let sfn: SFNClient;
beforeAll(async () => {
  rig = await startLambda();
  const config = {
    endpoint: rig.emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  cloudWatch = new CloudWatchClient(config);
  sfn = new SFNClient(config);
});
afterAll(async () => {
  cloudWatch.destroy();
  sfn.destroy();
  await rig.stop();
});

type Dimensions = { [name: string]: string };

/** One statistic of each metric, in order; `undefined` where there is none. */
async function read(names: readonly string[], dimensions: Dimensions, Stat = 'Sum') {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 120_000),
      MetricDataQueries: names.map((MetricName, i) => ({
        Id: `m${i}`,
        MetricStat: { Metric: { Namespace: 'AWS/States', MetricName, Dimensions }, Period: 7200, Stat },
      })),
    }),
  );
  return Object.fromEntries(MetricDataResults.map(({ Values }, i) => [names[i], Values?.[0]]));
}

async function start(name: string, definition: object, version?: boolean) {
  const created = await sfn.send(
    new CreateStateMachineCommand({
      name,
      roleArn: ROLE,
      definition: JSON.stringify(definition),
      publish: version ?? false,
    }),
  );
  const stateMachineArn = created.stateMachineVersionArn ?? created.stateMachineArn!;
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  return { machine: created.stateMachineArn!, executionArn: executionArn! };
}

const ended = (executionArn: string, status: string) =>
  vi.waitFor(
    async () => expect((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status).toBe(status),
    10_000,
  );

const task = (Resource: string, more: object = {}) => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource, ...more, End: true } },
});

it('counts redriven executions beside others, and executions of a version', async () => {
  const { machine, executionArn } = await start(
    'redriven',
    { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } },
    true,
  );
  await ended(executionArn, 'FAILED');
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await ended(executionArn, 'FAILED');
  const names = ['ExecutionsStarted', 'ExecutionsFailed', 'ExecutionsRedriven', 'RedrivenExecutionsFailed'];
  const counts = {
    ExecutionsStarted: 1,
    ExecutionsFailed: 2,
    ExecutionsRedriven: 1,
    RedrivenExecutionsFailed: 1,
  };
  expect(await read(names, { StateMachineArn: machine })).toEqual(counts);
  expect(await read(names, { StateMachineArn: machine, Version: '1' })).toEqual(counts);
  const { ExecutionsRedriven } = await read(['ExecutionsRedriven'], {});
  expect(ExecutionsRedriven).toBe(1);
});

it('measures functions by ARN and service integrations by resource', async () => {
  await rig.deploy('measured', 'export const handler = async () => 1;');
  const FunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:measured';
  const byArn = await start('by-arn', task(FunctionArn));
  await ended(byArn.executionArn, 'SUCCEEDED');
  const dimension = { LambdaFunctionArn: FunctionArn };
  expect(
    await read(['LambdaFunctionsScheduled', 'LambdaFunctionsStarted', 'LambdaFunctionsSucceeded'], dimension),
  ).toEqual({ LambdaFunctionsScheduled: 1, LambdaFunctionsStarted: 1, LambdaFunctionsSucceeded: 1 });
  expect(
    await read(
      ['LambdaFunctionTime', 'LambdaFunctionRunTime', 'LambdaFunctionScheduleTime'],
      dimension,
      'SampleCount',
    ),
  ).toEqual({ LambdaFunctionTime: 1, LambdaFunctionRunTime: 1, LambdaFunctionScheduleTime: 1 });

  const failing = await start(
    'failing',
    task('arn:aws:states:::lambda:invoke', { Parameters: { FunctionName: 'absent' } }),
  );
  await ended(failing.executionArn, 'FAILED');
  expect(
    await read(['ServiceIntegrationsFailed', 'ServiceIntegrationsStarted'], {
      ServiceIntegrationResourceArn: 'arn:aws:states:::lambda:invoke',
    }),
  ).toEqual({ ServiceIntegrationsFailed: 1, ServiceIntegrationsStarted: 1 });
});

it('measures activities, and those whose heartbeat is missing', async () => {
  const { activityArn } = await sfn.send(new CreateActivityCommand({ name: 'metered' }));
  const worked = await start('worked', task(activityArn!));
  const { taskToken } = await sfn.send(new GetActivityTaskCommand({ activityArn }));
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '1' }));
  await ended(worked.executionArn, 'SUCCEEDED');
  const silent = await start('silent', task(activityArn!, { HeartbeatSeconds: 1 }));
  await sfn.send(new GetActivityTaskCommand({ activityArn }));
  await ended(silent.executionArn, 'FAILED');
  expect(
    await read(
      [
        'ActivitiesScheduled',
        'ActivitiesStarted',
        'ActivitiesSucceeded',
        'ActivitiesTimedOut',
        'ActivitiesHeartbeatTimedOut',
      ],
      { ActivityArn: activityArn! },
    ),
  ).toEqual({
    ActivitiesScheduled: 2,
    ActivitiesStarted: 2,
    ActivitiesSucceeded: 1,
    ActivitiesTimedOut: undefined,
    ActivitiesHeartbeatTimedOut: 1,
  });
});

it('tells how many Map Runs are open and how many may be', async () => {
  const { machine, executionArn } = await start('mapped', {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        Items: [1, 2, 3],
        QueryLanguage: 'JSONata',
        End: true,
      },
    },
  });
  await ended(executionArn, 'SUCCEEDED');
  const names = ['ApproximateOpenMapRunCount', 'OpenMapRunLimit', 'ApproximateMapRunBacklogSize'];
  expect(await read(names, {}, 'Maximum')).toMatchObject({
    ApproximateOpenMapRunCount: 1,
    ApproximateMapRunBacklogSize: undefined,
  });
  // Children are not executions of the machine.
  expect(await read(['ExecutionsStarted'], { StateMachineArn: machine })).toEqual({ ExecutionsStarted: 1 });
});
