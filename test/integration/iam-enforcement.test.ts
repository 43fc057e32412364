/**
 * IAM policies enforced: the pipeline's own deployment must do with the rights that it gives itself, and a right
 * taken away must fail as it does on AWS.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildArtifacts } from '../../harness/artifacts/build-artifacts.ts';
import { wallClock } from '../../harness/core/clock.ts';
import type { JsonObject } from '../../harness/core/json.ts';
import { type AwsClients, clientsFor, singleEndpoint } from '../../harness/deploy/aws-access.ts';
import { type Deployment, deploy } from '../../harness/deploy/deploy.ts';
import { type Emulator, startEmulator } from '../../harness/emulator/emulator.ts';
import { generatePartition } from '../../harness/packs/redshift/data/generate.ts';
import { ARTIFACT_CACHE, cosmicAi } from '../cosmic-ai.ts';
import { meanModel } from '../unit/lambdas/tiny-model.ts';

const clock = wallClock();
const RANKS = 2;
const roleOf = (name: string) => `cosmicai-${name}-function`;
const FUNCTIONS = roleOf('inference');
const MACHINE = 'cosmicai-pipeline-states';
const roleArn = (name: string) => `arn:aws:iam::000000000000:role/${name}`;

let folder: string;
let emulator: Emulator;
let clients: AwsClients;
let deployment: Deployment;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iam-enforcement-'));
  mkdirSync(join(folder, 'model'));
  writeFileSync(join(folder, 'model', 'model.onnx'), meanModel());
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' }, verifySignatures: true });
  clients = clientsFor({
    region: emulator.region,
    endpoints: singleEndpoint(emulator.endpoint),
    credentials: emulator.iam.rootKey(),
  });
  const project = cosmicAi({ modelFolder: join(folder, 'model') });
  const target = { platform: process.platform, arch: process.arch };
  const artifacts = await buildArtifacts({ project, cacheFolder: ARTIFACT_CACHE, target });
  deployment = await deploy(clients, { project, prefix: 'cosmicai', artifacts }, clock);
  for (let index = 0; index < RANKS; index++) {
    const parts: Uint8Array[] = [];
    const sink = { write: async (bytes: Uint8Array) => void parts.push(Uint8Array.from(bytes)) };
    await generatePartition({ seed: 7, samples: 4, index, format: 'pt' }, sink);
    const Body = Buffer.concat(parts);
    await clients.s3.send(new PutObjectCommand({ Bucket: 'cosmicai-data', Key: `tiny/${index}.pt`, Body }));
  }
});

afterAll(async () => {
  clients?.close();
  await emulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the pipeline over the tiny dataset to its end. */
async function run(resultPath: string) {
  const input = {
    bucket: 'team4-cosmical',
    file_limit: '100',
    batch_size: 512,
    object_type: 'folder',
    S3_object_name: 'Anomaly Detection',
    script: '/tmp/Anomaly Detection/Inference/inference.py',
    data_bucket: 'cosmicai-data',
    data_prefix: 'tiny',
    result_path: resultPath,
  };
  const { stateMachineArn } = deployment;
  const { executionArn } = await clients.stepfunctions.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return ended(clients.stepfunctions, executionArn!);
}

async function ended(stepfunctions: SFNClient, executionArn: string) {
  for (;;) {
    const description = await stepfunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (description.status !== 'RUNNING') return description;
    await new Promise<void>((resolve) => {
      clock.after(50, resolve);
    });
  }
}

interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: string[];
}

const putPolicy = (role: string, statements: Statement[]) =>
  clients.iam.send(
    new PutRolePolicyCommand({
      RoleName: role,
      PolicyName: role,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    }),
  );

/** Runs `work` while the role's policy lacks `sid`, and gives the right back. */
async function without<Result>(role: string, sid: string, work: () => Promise<Result>): Promise<Result> {
  const { PolicyDocument } = await clients.iam.send(
    new GetRolePolicyCommand({ RoleName: role, PolicyName: role }),
  );
  const document = JSON.parse(decodeURIComponent(PolicyDocument!)) as { Statement: Statement[] };
  const rest = document.Statement.filter(({ Sid }) => Sid !== sid);
  expect(rest).toHaveLength(document.Statement.length - 1);
  await putPolicy(role, rest);
  try {
    return await work();
  } finally {
    await putPolicy(role, document.Statement);
  }
}

const session = (role: string) => `User: arn:aws:sts::000000000000:assumed-role/${role}/`;

describe('the pipeline under enforced policies', () => {
  it('succeeds with the rights that its deployment gives it, signatures verified', async () => {
    const { status, error, cause, output } = await run('results/enforced');
    expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED', error: undefined, cause: undefined });
    expect(JSON.parse(output!)).toMatchObject({ body: { results: RANKS } });
    // Lambda writes its logs with the function's role.
    expect(emulator.logs.hasGroup('/aws/lambda/cosmicai-inference')).toBe(true);
  });

  it('would have succeeded with the least policy that its calls tell', async () => {
    const answer = await fetch(`${emulator.endpoint}/_cosmicai/iam/least-policy`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    const policies = (await answer.json()) as { [role: string]: { Statement: Statement[] } };
    const roles = [roleOf('init'), FUNCTIONS, roleOf('summarize'), MACHINE];
    expect(Object.keys(policies).sort()).toEqual(roles.map(roleArn).sort());
    const machine = policies[roleArn(MACHINE)]!.Statement;
    expect(machine.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['lambda:InvokeFunction', 'states:StartExecution', 's3:GetObject']),
    );
    try {
      for (const role of roles) await putPolicy(role, policies[roleArn(role)]!.Statement);
      // Another run has other names for its payloads, its log streams and its executions.
      const { status, cause } = await run('results/enforced');
      expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    } finally {
      for (const resource of deployment.plan.phases.flat()) {
        if (resource.kind !== 'role') continue;
        await putPolicy(resource.name, resource.policy['Statement'] as unknown as Statement[]);
      }
    }
  });

  it('fails with the text of Lambda when the state machine may not invoke', async () => {
    // The pipeline's own machine tries again for a minute: this one has no Retry.
    const Arguments = { FunctionName: deployment.plan.functionArns.init };
    const States = { A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments, End: true } };
    const { stateMachineArn } = await clients.stepfunctions.send(
      new CreateStateMachineCommand({
        name: 'no-retry',
        definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States }),
        roleArn: roleArn(MACHINE),
      }),
    );
    const { status, error, cause } = await without(MACHINE, 'InvokeFunctions', async () => {
      const { executionArn } = await clients.stepfunctions.send(
        new StartExecutionCommand({ stateMachineArn }),
      );
      return ended(clients.stepfunctions, executionArn!);
    });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(cause).toMatch(
      /^User: arn:aws:sts::000000000000:assumed-role\/cosmicai-pipeline-states\/[A-Za-z]{32} is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:cosmicai-init because no identity-based policy allows the lambda:InvokeFunction action \(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: [\w-]+; Proxy: null\)$/,
    );
  });

  it('fails with the text of S3 when the functions may not read', async () => {
    const causes: (string | null)[] = [];
    const forget = emulator.stepFunctions.onStatus(({ detail }) => causes.push(detail.cause));
    const { status } = await without(FUNCTIONS, 'ReadObjects', () => run('results/b'));
    forget();
    expect(status).toBe('FAILED');
    expect(causes.join('\n')).toContain(
      `${session(FUNCTIONS)}cosmicai-inference is not authorized to perform: s3:GetObject`,
    );
    expect(causes.join('\n')).toContain('because no identity-based policy allows the s3:GetObject action');
  });

  it('fails when the Map Run may not start children, or read its items', async () => {
    const unstarted = await without(MACHINE, 'StartMapRuns', () => run('results/c'));
    expect(unstarted.status).toBe('FAILED');
    expect(unstarted.cause).toContain('is not authorized to perform: states:StartExecution on resource: ');
    const unread = await without(MACHINE, 'ReadObjects', () => run('results/d'));
    expect(unread).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    expect(unread.cause).toContain(
      'is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::team4-',
    );
    expect(unread.cause).toContain('Status Code: 403; Error Code: AccessDenied');
  });

  it('loses the log lines that a function may not write, and nothing else', async () => {
    const logged = async () => {
      const { FunctionError, LogResult } = await clients.lambda.send(
        new InvokeCommand({ FunctionName: 'cosmicai-summarize', Payload: '{}', LogType: 'Tail' }),
      );
      expect(FunctionError).toBe('Unhandled');
      const [, requestId] = /REPORT RequestId: ([\w-]+)/.exec(Buffer.from(LogResult!, 'base64').toString())!;
      const { events } = await clients.logs.send(
        new FilterLogEventsCommand({
          logGroupName: '/aws/lambda/cosmicai-summarize',
          filterPattern: `"REPORT RequestId: ${requestId}"`,
        }),
      );
      return events!.length;
    };
    expect(await logged()).toBe(1);
    expect(await without(roleOf('summarize'), 'WriteOwnLogs', logged)).toBe(0);
  });
});

describe('sessions of a role', () => {
  let access: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
    maxAttempts: number;
  };
  const policy = (...Statement: JsonObject[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const trust = (Principal: JsonObject) =>
    policy({ Effect: 'Allow', Principal: Principal as JsonObject, Action: 'sts:AssumeRole' });
  const trustEverybodyHere = trust({ AWS: 'arn:aws:iam::000000000000:root' });

  beforeAll(async () => {
    await clients.iam.send(
      new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: trustEverybodyHere }),
    );
    await clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'reader',
        PolicyName: 'reader',
        PolicyDocument: policy(
          {
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:DeleteObject'],
            Resource: 'arn:aws:s3:::cosmicai-data/tiny/*',
          },
          {
            Effect: 'Allow',
            Action: 'lambda:PublishLayerVersion',
            Resource: 'arn:aws:lambda:us-east-1:000000000000:layer:taken',
          },
          { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::*/1.pt' },
        ),
      }),
    );
    const { Credentials } = await clients.sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn('reader'), RoleSessionName: 'ann' }),
    );
    access = {
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      },
    };
  });

  const who = 'User: arn:aws:sts::000000000000:assumed-role/reader/ann is not authorized to perform: ';
  const Bucket = 'cosmicai-data';

  it('may do in S3 what the policy allows, and hear of nothing else', async () => {
    const s3 = new S3Client({ ...access, forcePathStyle: true });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'tiny/0.pt' }))).resolves.toBeDefined();
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'tiny/1.pt' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
      message: `${who}s3:GetObject on resource: "arn:aws:s3:::cosmicai-data/tiny/1.pt" with an explicit deny in an identity-based policy`,
    });
    // Whether an object is there is for those to know who may list the bucket.
    await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'tiny/9.pt' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `${who}s3:ListBucket on resource: "arn:aws:s3:::cosmicai-data" because no identity-based policy allows the s3:ListBucket action`,
    });
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    // That a bucket is not there is told to everybody who signs.
    const elsewhere = { Bucket: 'no-such-bucket', Key: 'k' };
    await expect(s3.send(new GetObjectCommand(elsewhere))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const { Deleted, Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'tiny/8.pt' }, { Key: 'other' }] } }),
    );
    expect(Deleted).toEqual([{ Key: 'tiny/8.pt' }]);
    expect(Errors).toMatchObject([{ Key: 'other', Code: 'AccessDenied' }]);
    s3.destroy();
  });

  it('is told so by the other services in their own way', async () => {
    const stepfunctions = new SFNClient(access);
    const lambda = new LambdaClient(access);
    const { stateMachineArn } = deployment;
    await expect(stepfunctions.send(new ListExecutionsCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
      message: `${who}states:ListExecutions on resource: ${stateMachineArn} because no identity-based policy allows the states:ListExecutions action`,
    });
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'cosmicai-init' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
    });
    stepfunctions.destroy();
    lambda.destroy();
  });

  it('cannot have Lambda read what it may not read itself', async () => {
    const lambda = new LambdaClient(access);
    const publish = (LayerName: string, S3Key: string) =>
      lambda.send(
        new PublishLayerVersionCommand({ LayerName, Content: { S3Bucket: 'team4-cosmical', S3Key } }),
      );
    await expect(publish('taken', 'secret.zip')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
      message: expect.stringContaining(
        'Your access has been denied by S3, please make sure your request credentials have permission to GetObject for team4-cosmical/secret.zip. S3 Error Code: AccessDenied. S3 Error Message: ',
      ),
    });
    await expect(publish('other', 'secret.zip')).rejects.toMatchObject({
      message: `${who}lambda:PublishLayerVersion on resource: arn:aws:lambda:us-east-1:000000000000:layer:other because no identity-based policy allows the lambda:PublishLayerVersion action`,
    });
    lambda.destroy();
  });

  it('is refused to whom the trust policy does not name', async () => {
    const function1 = {
      Code: { ZipFile: Buffer.from('no zip') },
      Handler: 'i.h',
      Runtime: 'nodejs22.x',
    } as const;
    await expect(
      clients.lambda.send(
        new CreateFunctionCommand({ ...function1, FunctionName: 'f', Role: roleArn('reader') }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Succeed' } } });
    await expect(
      clients.stepfunctions.send(
        new CreateStateMachineCommand({ name: 'm', definition, roleArn: roleArn('reader') }),
      ),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    });
    await clients.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: 'reader',
        PolicyDocument: trust({ Service: 'lambda.amazonaws.com' }),
      }),
    );
    await expect(
      clients.sts.send(new AssumeRoleCommand({ RoleArn: roleArn('reader'), RoleSessionName: 'ann' })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('with a wrong secret is refused by S3, which verifies signatures here', async () => {
    const s3 = new S3Client({
      ...access,
      credentials: { ...emulator.iam.rootKey(), secretAccessKey: 'guess' },
      forcePathStyle: true,
    });
    await expect(s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    s3.destroy();
  });
});
