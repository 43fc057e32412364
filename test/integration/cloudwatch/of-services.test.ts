/** Metrics that nobody put: of log events in the embedded metric format, of functions and of executions. */
import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateAliasCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

async function sum(
  Namespace: string,
  MetricName: string,
  dimensions: { [name: string]: string },
  Stat = 'Sum',
) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { MetricDataResults } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 120_000),
      MetricDataQueries: [
        { Id: 'm', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 7200, Stat } },
      ],
    }),
  );
  return MetricDataResults?.[0]?.Values?.[0];
}

const SOURCE = `
export const handler = async (event) => {
  if (event.fail) throw new Error('on purpose');
  console.log(JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{
      Namespace: 'CosmicAI', Dimensions: [['partition'], []],
      Metrics: [{ Name: 'samples', Unit: 'Count' }, { Name: 'batchMs', Unit: 'Milliseconds' }] }] },
    partition: '25MB', samples: 1278, batchMs: [1, 2, 3],
  }));
  return 'ok';
};`;

describe('metrics of services', () => {
  it('EMF lines of a function and AWS/Lambda of its calls', async () => {
    await rig.deploy('metered', SOURCE);
    await rig.invoke('metered', {});
    await rig.invoke('metered', {});
    await rig.invoke('metered', { fail: true });
    expect(await sum('CosmicAI', 'samples', { partition: '25MB' })).toBe(2556);
    expect(await sum('CosmicAI', 'batchMs', {}, 'SampleCount')).toBe(6);
    const name = { FunctionName: 'metered' };
    expect(await sum('AWS/Lambda', 'Invocations', name)).toBe(3);
    expect(await sum('AWS/Lambda', 'Errors', name)).toBe(1);
    expect(await sum('AWS/Lambda', 'Throttles', name)).toBe(0);
    expect(await sum('AWS/Lambda', 'Duration', name, 'Minimum')).toBeGreaterThan(0);
    expect(await sum('AWS/Lambda', 'ConcurrentExecutions', name, 'Maximum')).toBe(1);
    expect(await sum('AWS/Lambda', 'Invocations', {})).toBe(3);
  });

  it('calls by an alias are told by alias and version; throttled ones are counted', async () => {
    await rig.deploy('aliased', SOURCE);
    const { Version } = await rig.lambda.send(new PublishVersionCommand({ FunctionName: 'aliased' }));
    await rig.ready('aliased', Version);
    await rig.lambda.send(
      new CreateAliasCommand({ FunctionName: 'aliased', Name: 'live', FunctionVersion: Version! }),
    );
    await rig.invoke('aliased', {}, { Qualifier: 'live' });
    const resource = { FunctionName: 'aliased', Resource: 'aliased:live' };
    expect(await sum('AWS/Lambda', 'Invocations', resource)).toBe(1);
    expect(await sum('AWS/Lambda', 'Invocations', { ...resource, ExecutedVersion: '1' })).toBe(1);
    await rig.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'aliased', ReservedConcurrentExecutions: 0 }),
    );
    await expect(rig.invoke('aliased', {})).rejects.toThrow();
    expect(await sum('AWS/Lambda', 'Throttles', { FunctionName: 'aliased' })).toBe(1);
  });

  it('AWS/States of executions', async () => {
    const { stateMachineArn } = await sfn.send(
      new CreateStateMachineCommand({
        name: 'metered',
        roleArn: ROLE,
        definition: JSON.stringify({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } }),
      }),
    );
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await vi.waitFor(async () => {
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect(status).toBe('FAILED');
    });
    const machine = { StateMachineArn: stateMachineArn! };
    expect(await sum('AWS/States', 'ExecutionsStarted', machine)).toBe(1);
    expect(await sum('AWS/States', 'ExecutionsFailed', machine)).toBe(1);
    expect(await sum('AWS/States', 'ExecutionTime', machine, 'SampleCount')).toBe(1);
    const { Metrics } = await cloudWatch.send(
      new ListMetricsCommand({
        Namespace: 'AWS/States',
        Dimensions: [{ Name: 'StateMachineArn', Value: stateMachineArn! }],
      }),
    );
    expect(Metrics?.length).toBe(3);
  });
});
