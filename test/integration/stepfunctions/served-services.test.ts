/** `aws-sdk:` resources of CloudWatch, IAM and STS through the whole emulator. */
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

let emulator: Emulator;
let sfn: SFNClient;
const role = 'arn:aws:iam::000000000000:role/states';
beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
  const access = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  sfn = new SFNClient(access);
  const iam = new IAMClient(access);
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'states',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  iam.destroy();
});
afterAll(async () => {
  sfn.destroy();
  await emulator.stop();
});

async function run(name: string, action: string, Parameters: object) {
  const A = { Type: 'Task', Resource: `arn:aws:states:::aws-sdk:${action}`, Parameters, End: true };
  const definition = JSON.stringify({ StartAt: 'A', States: { A } });
  const created = await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn: role }));
  const { executionArn } = await sfn.send(new StartExecutionCommand(created as { stateMachineArn: string }));
  for (;;) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it('CloudWatch prints its doubles as Java does', async () => {
  const alarm = {
    AlarmName: 'a',
    Namespace: 'N',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 30,
    ComparisonOperator: 'GreaterThanThreshold',
  };
  expect(await run('put', 'cloudwatch:putMetricAlarm', alarm)).toMatchObject({ status: 'SUCCEEDED' });
  const { output } = await run('describe', 'cloudwatch:describeAlarms', { AlarmNames: ['a'] });
  expect(output).toContain('"Threshold":30.0');
  expect(output).toContain('"Period":60,');
});

it('IAM and STS answer', async () => {
  const { output } = await run('role', 'iam:getRole', { RoleName: 'states' });
  expect(JSON.parse(output as string)).toMatchObject({ Role: { RoleName: 'states', Arn: role } });
  expect(await run('none', 'iam:getRole', { RoleName: 'none' })).toMatchObject({
    error: 'Iam.NoSuchEntityException',
  });
  const identity = await run('identity', 'sts:getCallerIdentity', {});
  expect(JSON.parse(identity.output as string)).toMatchObject({ Account: '000000000000' });
});
