/**
 * Deploying and running the pipeline as a user who holds the least policy that a run told, policies enforced: it is
 * enough, and of its actions none can be missed; which one is missing stands in the error.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactSet, buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../../harness/deploy/aws-access.ts';
import { deploy, teardown } from '../../../harness/deploy/deploy.ts';
import type { DeploymentPlan } from '../../../harness/deploy/resource.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import type { LeastPolicy } from '../../../harness/emulator/services/iam/policy/least-policy.ts';
import { generatePartition } from '../../../harness/packs/redshift/data/generate.ts';
import type { Project } from '../../../harness/project/project.ts';
import { ARTIFACT_CACHE, bucketsNamed, cosmicAi } from '../../cosmic-ai.ts';
import { meanModel } from '../../unit/lambdas/tiny-model.ts';
import { zipOf } from '../lambda/fixture.ts';

const clock = wallClock();
const Bucket = 'deployer-data';
let folder: string;
let emulator: Emulator;
let root: AwsClients;
let artifacts: ArtifactSet;
/** What the user who may do everything has called. */
let least: LeastPolicy;
let plan: DeploymentPlan;
let project: Project;

const clientsOf = (accessKeyId: string, secretAccessKey: string) =>
  clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: { accessKeyId, secretAccessKey },
  });

/** Clients of a new user who may do what the statements say. */
async function userWith(name: string, statements: LeastPolicy['Statement']): Promise<AwsClients> {
  const iam: IAMClient = root.iam;
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument }));
  await iam.send(new CreateUserCommand({ UserName: name }));
  await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: Policy!.Arn! }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return clientsOf(AccessKey!.AccessKeyId!, AccessKey!.SecretAccessKey!);
}

const specOf = (set: ArtifactSet) => ({
  project,
  prefix: 'deployer',
  artifacts: set,
  buckets: bucketsNamed('deployer-work', Bucket),
});

/** Deploys and runs as the clients' user, to the end of the execution. */
async function deployAndRun(clients: AwsClients, set: ArtifactSet) {
  const deployment = await deploy(clients, specOf(set), clock);
  const input = {
    bucket: 'deployer-work',
    file_limit: '100',
    batch_size: 512,
    object_type: 'folder',
    S3_object_name: 'Anomaly Detection',
    script: '/tmp/Anomaly Detection/Inference/inference.py',
    data_bucket: Bucket,
    data_prefix: 'tiny',
    result_path: 'results',
  };
  const { executionArn } = await clients.stepfunctions.send(
    new StartExecutionCommand({ stateMachineArn: deployment.stateMachineArn, input: JSON.stringify(input) }),
  );
  for (;;) {
    const told = await clients.stepfunctions.send(
      new DescribeExecutionCommand({ executionArn: executionArn! }),
    );
    if (told.status !== 'RUNNING') return { deployment, ...told };
    await new Promise<void>((resolve) => {
      clock.after(50, resolve);
    });
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deployer-'));
  mkdirSync(join(folder, 'model'));
  writeFileSync(join(folder, 'model', 'model.onnx'), meanModel());
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  root = clientsOf(emulator.iam.rootKey().accessKeyId, emulator.iam.rootKey().secretAccessKey);
  project = cosmicAi({ modelFolder: join(folder, 'model') });
  const target = { platform: process.platform, arch: process.arch };
  artifacts = await buildArtifacts({ project, cacheFolder: ARTIFACT_CACHE, target });
});

afterAll(async () => {
  root?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function putPartition(): Promise<void> {
  const parts: Uint8Array[] = [];
  const sink = { write: async (bytes: Uint8Array) => void parts.push(Uint8Array.from(bytes)) };
  await generatePartition({ seed: 7, samples: 4, index: 0, format: 'pt' }, sink);
  await root.s3.send(new PutObjectCommand({ Bucket, Key: 'tiny/0.pt', Body: Buffer.concat(parts) }));
}

describe('a user with the least policy', () => {
  it('deploys and runs the pipeline', async () => {
    const everything = await userWith('admin', [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }]);
    ({ plan } = await deploy(everything, specOf(artifacts), clock));
    await putPartition();
    expect(await deployAndRun(everything, artifacts)).toMatchObject({ status: 'SUCCEEDED' });
    const answer = await fetch(`${emulator.endpoint}/_cosmicai/iam/least-policy`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    least = ((await answer.json()) as { [arn: string]: LeastPolicy })[
      'arn:aws:iam::000000000000:user/admin'
    ]!;
    expect(least.Statement.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining([
        'iam:PassRole',
        'lambda:CreateFunction',
        's3:PutObject',
        'states:StartExecution',
      ]),
    );
    await teardown(root, plan, clock, { adoptUntagged: true });

    const holder = await userWith('holder', least.Statement);
    const second = await deploy(holder, specOf(artifacts), clock);
    expect(second.changes.every(({ change }) => change === 'created')).toBe(true);
    await putPartition();
    const { status, cause, deployment } = await deployAndRun(holder, artifacts);
    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    await teardown(root, deployment.plan, clock, { adoptUntagged: true });
    everything.close();
    holder.close();
  });

  it('misses every action that is taken from it, by name', async () => {
    // Functions that do nothing: what is denied is denied long before they would be asked.
    const small = { ...artifacts, functions: { ...artifacts.functions } };
    for (const name of Object.keys(small.functions)) {
      const zipFile = join(folder, `${name}.zip`);
      const bytes = zipOf({ 'index.mjs': 'export const handler = async () => ({});' });
      writeFileSync(zipFile, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('base64');
      small.functions[name] = { ...small.functions[name]!, zipFile, sha256, sizeBytes: bytes.length };
    }
    const actions = [...new Set(least.Statement.flatMap(({ Action }) => Action))];
    expect(actions.length).toBeGreaterThan(15);
    const told: { [action: string]: string } = {};
    for (const [i, missing] of actions.entries()) {
      const statements = least.Statement.map(({ Action, ...rest }) => ({
        ...rest,
        Action: Action.filter((action) => action !== missing),
      })).filter(({ Action }) => Action.length > 0);
      const clients = await userWith(`lacks-${i}`, statements);
      try {
        const { status } = await deployAndRun(clients, small);
        told[missing] = status!;
      } catch (error) {
        const { message, cause } = error as Error & { cause?: Error };
        told[missing] = `${message} ${cause?.message ?? ''}`;
      }
      clients.close();
      await teardown(root, plan, clock, { adoptUntagged: true });
    }
    for (const [action, text] of Object.entries(told)) expect(text).toContain(action);
  });
});
