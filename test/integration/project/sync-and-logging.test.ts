/** The least policy of a machine that waits for another and logs is enough while policies are enforced (case F21). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteRolePolicyCommand, GetRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  DescribeExecutionCommand,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { type Deployment, deploy } from '../../../harness/deploy/deploy.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import { loadProject } from '../../../harness/project/load-project.ts';

const CHILD = `\${Child}`;
const FILES = {
  'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: waits
stateMachines:
  parent:
    definition: parent.asl.json
    logging: { level: ALL }
    substitutions: { Child: child }
  child: { definition: child.asl.json }
`,
  'parent.asl.json': JSON.stringify({
    StartAt: 'Run',
    States: {
      Run: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: { StateMachineArn: CHILD, Input: { n: 1 } },
        OutputPath: '$.Output',
        End: true,
      },
    },
  }),
  'child.asl.json': JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
};

let folder: string;
let emulator: Emulator;
let clients: AwsClients;
let deployment: Deployment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waits-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  clients = clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: emulator.iam.rootKey(),
  });
  const project = loadProject(folder);
  const target = { platform: process.platform, arch: process.arch };
  const artifacts = await buildArtifacts({ project, cacheFolder: join(folder, 'cache'), target });
  deployment = await deploy(clients, { project, prefix: 'waits', artifacts }, wallClock());
});
afterAll(async () => {
  clients?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('runs the child, and logs', async () => {
  const { executionArn } = await clients.stepfunctions.send(
    new StartExecutionCommand({ stateMachineArn: deployment.stateMachineArn }),
  );
  await vi.waitFor(async () => {
    const { status, output, cause } = await clients.stepfunctions.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    expect([status, output, cause]).toEqual(['SUCCEEDED', '{"n":1}', undefined]);
  }, 10_000);
  const { events } = await clients.logs.send(
    new FilterLogEventsCommand({
      logGroupName: '/aws/vendedlogs/states/waits-parent',
      filterPattern: '{ $.type = "ExecutionSucceeded" }',
    }),
  );
  expect(events?.length).toBe(1);
});

it('grants the rule of nested executions alone', async () => {
  const RoleName = 'waits-parent-states';
  const { PolicyNames = [] } = await clients.iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = await Promise.all(
    PolicyNames.map((PolicyName) => clients.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
  );
  const statements = documents.flatMap(
    ({ PolicyDocument }) =>
      JSON.parse(decodeURIComponent(PolicyDocument!)).Statement as { Action: string[]; Resource: string[] }[],
  );
  const rules = statements.filter(({ Action }) => Action.includes('events:PutRule'));
  expect(rules.map(({ Resource }) => Resource)).toEqual([
    ['arn:aws:events:us-east-1:000000000000:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'],
  ]);
  for (const PolicyName of PolicyNames)
    await clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  const update = new UpdateStateMachineCommand({
    stateMachineArn: deployment.stateMachineArn,
    definition: FILES['parent.asl.json'].replace(
      CHILD,
      'arn:aws:states:us-east-1:000000000000:stateMachine:waits-child',
    ),
    tracingConfiguration: { enabled: true },
  });
  await expect(clients.stepfunctions.send(update)).rejects.toThrow(
    'is not authorized to create managed-rule.',
  );
});
