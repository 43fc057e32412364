/** What promotes has exactly the documented rights: enough for everything it does, and none that it never uses. */
import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aliasArn, readRouting } from '../../../harness/promotion/account/routing.ts';
import { returnToRelease } from '../../../harness/promotion/return-to.ts';
import {
  type Account,
  clock,
  execute,
  PROMOTER,
  PROMOTER_POLICY,
  plan,
  release,
  releaseOf,
  startAccount,
} from './rig.ts';

let account: Account;
beforeAll(async () => {
  account = await startAccount(PROMOTER_POLICY);
});
afterAll(() => account?.stop());

const PREFIX = 'cosmicai-own';
const failing = async () => [
  { scenario: 'tiny', passed: false, executionArns: [], endedAtMs: 0, reasons: ['x'] },
];

/** Actions that only smoke scenarios need (test/e2e/promotion.test.ts runs them under the same policy). */
const OF_SMOKE = [
  'logs:FilterLogEvents',
  's3:DeleteObject',
  'states:DescribeExecution',
  'states:DescribeMapRun',
  'states:DescribeStateMachineForExecution',
  'states:GetExecutionHistory',
  'states:ListMapRuns',
  'states:StartExecution',
  'states:StopExecution',
];
/** Actions that AWS asks for beside the call itself, where the environment has `tags`. */
const OF_TAGS = [
  'cloudwatch:TagResource',
  'iam:TagRole',
  'lambda:TagResource',
  'logs:TagResource',
  'states:TagResource',
];
/** Layers, activities, notifications and settings that this project has none of. */
const OF_OTHER_PROJECTS = [
  'lambda:AddPermission',
  'lambda:GetFunctionConcurrency',
  'lambda:GetLayerVersion',
  'lambda:ListLayerVersions',
  'lambda:PublishLayerVersion',
  'lambda:PutFunctionConcurrency',
  's3:GetBucketNotification',
  's3:GetBucketVersioning',
  's3:PutBucketNotification',
  'states:CreateActivity',
  'states:DescribeActivity',
];
/** Reading policies that somebody else has attached to a role. */
const OF_OTHERS = ['iam:GetPolicy', 'iam:GetPolicyVersion'];

/** An alarm of somebody else's, and how it goes off. */
async function pager(): Promise<(state: 'OK' | 'ALARM') => Promise<unknown>> {
  const AlarmName = 'cosmicai-pager';
  const alarm = new PutMetricAlarmCommand({
    AlarmName,
    Namespace: 'Users',
    MetricName: 'Complaints',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'ignore',
  });
  await account.clients.cloudwatch.send(alarm);
  return (StateValue) =>
    account.clients.cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'somebody calls' }),
    );
}

describe('whoever promotes', () => {
  it('takes a first release back that proves bad when it serves', async () => {
    const ring = await pager();
    await ring('OK');
    const first = releaseOf(account, 'cosmicai-bad', 'v1', 'alarms: [cosmicai-pager]\nlogRetentionDays: 7');
    first.environment.watch = { ...first.environment.watch, for: 60_000, every: 50 };
    const { blueprint } = await plan(first, account.folder);
    const served: unknown[] = [];
    const outcome = await release(first, account.folder, {
      onProgress: (line) => {
        if (!line.startsWith('traffic: 100 %')) return;
        void readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!)).then((routing) =>
          served.push(routing),
        );
        void ring('ALARM');
      },
    });
    expect(outcome).toMatchObject({ kind: 'rolled back', reason: expect.stringContaining('cosmicai-pager') });
    expect(served).toEqual([{ [`${blueprint.stateMachines['pipeline']!.arn}:1`]: 100 }]);
    expect(await readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).toBeNull();
    await ring('OK');
  });

  it('releases, updates and goes back', async () => {
    const first = releaseOf(account, PREFIX, 'v1');
    expect(await release(first, account.folder, { smoke: failing })).toMatchObject({ kind: 'rolled back' });
    expect(await release(first, account.folder)).toMatchObject({ kind: 'released' });
    const second = releaseOf(account, PREFIX, 'v2', 'functions: { inference: { memoryMB: 3008 } }');
    expect(await release(second, account.folder)).toMatchObject({ kind: 'released' });
    const { to } = await returnToRelease({
      clients: account.promoter,
      clock,
      releasesBucket: `${PREFIX}-releases`,
      prefix: PREFIX,
      caller: PROMOTER,
      reason: 'wrong redshifts',
    });
    expect(to!.stateMachineVersionArns!['pipeline']).toMatch(/:1$|:2$/);
  });

  it('rolls back when a watched alarm goes off in the canary, though every execution goes well', async () => {
    const ring = await pager();
    await ring('OK');
    const extra = 'canary: [50]\nalarms: [cosmicai-pager]';
    const watched = releaseOf(account, PREFIX, 'v3', extra);
    watched.environment.watch = { ...watched.environment.watch, for: 60_000, every: 50 };
    const { blueprint } = await plan(watched, account.folder);
    const before = await readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!));
    const outcome = await release(watched, account.folder, {
      onProgress: (line) => {
        if (line.startsWith('traffic: 50 %')) void ring('ALARM');
      },
    });
    expect(outcome).toMatchObject({
      kind: 'rolled back',
      reason: expect.stringMatching(/cosmicai-pager.*somebody calls/),
    });
    expect(await readRouting(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).toEqual(
      before,
    );
    expect((await execute(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).status).toBe(
      'SUCCEEDED',
    );
    // An alarm that rings before is no time for a release.
    expect((await plan(watched, account.folder)).refusals).toEqual([
      expect.stringContaining('cosmicai-pager'),
    ]);
    await ring('OK');
  });

  it('mends a role that somebody has changed, when told to', async () => {
    const next = releaseOf(account, PREFIX, 'v4');
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    await account.clients.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: `${PREFIX}-inference-function`,
        PolicyDocument: JSON.stringify(trust),
      }),
    );
    await account.clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: `${PREFIX}-inference-function`,
        PolicyName: 'anything',
        PolicyDocument: JSON.stringify({
          ...trust,
          Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
        }),
      }),
    );
    await expect(release(next, account.folder)).rejects.toMatchObject({ code: expect.any(String) });
    expect(await release(next, account.folder, { drift: true })).toMatchObject({ kind: 'released' });
  });

  it('looks at a role of others', async () => {
    const borrowed = releaseOf(
      account,
      'cosmicai-lent',
      'v1',
      `roles: { stateMachine: ${PREFIX}-pipeline-states }`,
    );
    expect((await plan(borrowed, account.folder)).refusals).toEqual(expect.any(Array));
  });

  it('uses every right of the documented policy', async () => {
    const answer = await fetch(`${account.emulator.endpoint}/_cosmicai/iam/least-policy`, {
      headers: { authorization: `Bearer ${account.emulator.token}` },
    });
    const policies = (await answer.json()) as Record<string, { Statement: { Action: string[] }[] }>;
    const used = new Set(policies[PROMOTER]!.Statement.flatMap(({ Action }) => Action));
    const statements: { Action: string | string[] }[] = JSON.parse(PROMOTER_POLICY).Statement;
    const granted = statements.flatMap(({ Action }) => Action);
    const elsewhere = [...OF_SMOKE, ...OF_TAGS, ...OF_OTHERS, ...OF_OTHER_PROJECTS];
    expect([...new Set(granted)].filter((one) => !used.has(one) && !elsewhere.includes(one))).toEqual([]);
    expect([...used].filter((one) => !granted.includes(one))).toEqual([]);
  });
});
