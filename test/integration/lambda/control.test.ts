import { createHash } from 'node:crypto';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const version = (n: number) =>
  `export const handler = async (e, c) => ({ n: ${n}, version: c.functionVersion, arn: c.invokedFunctionArn });`;

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = await startLambda();
});
afterAll(() => fixture.stop());

const create = (overrides: object) =>
  fixture.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'other',
      Runtime: 'nodejs20.x',
      Role: ROLE,
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': '' }) },
      ...overrides,
    }),
  );

describe('functions', () => {
  it('are described as AWS does, with the code to download', async () => {
    const ZipFile = zipOf({ 'index.mjs': version(1) });
    await fixture.deploy('main', '', {
      Code: { ZipFile },
      Tags: { team: 'sky' },
      Environment: { Variables: { COLOR: '1' } },
    });
    const { Configuration, Code, Tags } = await fixture.lambda.send(
      new GetFunctionCommand({ FunctionName: 'main' }),
    );
    expect(Configuration).toMatchObject({
      FunctionName: 'main',
      FunctionArn: `${ARN}:main`,
      Runtime: 'nodejs20.x',
      Role: ROLE,
      Handler: 'index.handler',
      CodeSize: ZipFile.length,
      CodeSha256: createHash('sha256').update(ZipFile).digest('base64'),
      Timeout: 10,
      MemorySize: 128,
      Version: '$LATEST',
      Environment: { Variables: { COLOR: '1' } },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/main' },
    });
    expect(Configuration!.LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    expect(Tags).toEqual({ team: 'sky' });
    const downloaded = await fetch(Code!.Location!);
    expect(new Uint8Array(await downloaded.arrayBuffer())).toEqual(ZipFile);
    const guessed = await fetch(Code!.Location!.replace(/\?.*/, ''));
    expect(guessed.status).toBe(403);
    await expect(create({ FunctionName: 'main' })).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: main',
    });
  });

  it('take their code from S3', async () => {
    const s3 = new S3Client({
      endpoint: fixture.emulator.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
    await s3.send(
      new PutObjectCommand({ Bucket: 'code', Key: 'f.zip', Body: zipOf({ 'index.mjs': version(9) }) }),
    );
    await fixture.deploy('from-s3', '', { Code: { S3Bucket: 'code', S3Key: 'f.zip' } });
    expect((await fixture.invoke('from-s3')).payload).toMatchObject({ n: 9 });
    await expect(create({ Code: { S3Bucket: 'code', S3Key: 'none.zip' } })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    });
    s3.destroy();
  });

  it('have versions that do not change, and aliases that point to them', async () => {
    const { lambda, invoke, ready } = fixture;
    const FunctionName = 'main';
    const one = await lambda.send(new PublishVersionCommand({ FunctionName, Description: 'first' }));
    expect(one).toMatchObject({ Version: '1', FunctionArn: `${ARN}:main:1`, Description: 'first' });
    expect((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version).toBe('1');
    await lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipOf({ 'index.mjs': version(2) }) }),
    );
    await expect(
      lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256: one.CodeSha256 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(
      lambda.send(new PublishVersionCommand({ FunctionName, RevisionId: one.RevisionId })),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await ready(FunctionName);
    expect((await lambda.send(new PublishVersionCommand({ FunctionName }))).Version).toBe('2');
    await ready(FunctionName, '2');
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));

    expect((await invoke('main')).payload).toMatchObject({ n: 2, version: '$LATEST', arn: `${ARN}:main` });
    expect((await invoke('main:1')).payload).toMatchObject({ n: 1, version: '1', arn: `${ARN}:main:1` });
    expect((await invoke(`${ARN}:main`, {}, { Qualifier: '2' })).payload).toMatchObject({
      n: 2,
      version: '2',
    });
    expect((await invoke('main', {}, { Qualifier: 'live' })).payload).toMatchObject({
      n: 1,
      arn: `${ARN}:main:live`,
    });
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' }));
    expect((await invoke('main:live')).payload).toMatchObject({ n: 2 });
    await expect(invoke('main:9')).rejects.toMatchObject({ message: `Function not found: ${ARN}:main:9` });
    await expect(
      lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '2' })),
    ).rejects.toMatchObject({ name: 'ResourceConflictException' });
    const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(Versions!.map((one) => one.FunctionArn)).toEqual(
      ['$LATEST', '1', '2'].map((v) => `${ARN}:main:${v}`),
    );
    expect(await fixture.messages('main', 'START')).toEqual(
      expect.arrayContaining([expect.stringContaining('Version: 1'), expect.stringContaining('Version: 2')]),
    );
  });

  it('split an alias by weight', async () => {
    const RoutingConfig = { AdditionalVersionWeights: { '1': 0.5 } };
    await fixture.lambda.send(
      new CreateAliasCommand({ FunctionName: 'main', Name: 'canary', FunctionVersion: '2', RoutingConfig }),
    );
    const seen = [];
    for (let i = 0; i < 40; i++)
      seen.push(((await fixture.invoke('main:canary')).payload as { n: number }).n);
    expect(new Set(seen)).toEqual(new Set([1, 2]));
  });

  it('carry tags, and permissions in a policy', async () => {
    const { lambda } = fixture;
    await lambda.send(new TagResourceCommand({ Resource: `${ARN}:main`, Tags: { b: '2' } }));
    expect((await lambda.send(new ListTagsCommand({ Resource: `${ARN}:main` }))).Tags).toEqual({
      team: 'sky',
      b: '2',
    });
    const permission = {
      FunctionName: 'main',
      StatementId: 's3',
      Action: 'lambda:InvokeFunction',
      Principal: 's3.amazonaws.com',
      SourceArn: 'arn:aws:s3:::sky',
    };
    await lambda.send(new AddPermissionCommand(permission));
    await expect(lambda.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
      name: 'ResourceConflictException',
    });
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: 'main' }));
    expect(JSON.parse(Policy!).Statement).toEqual([
      {
        Sid: 's3',
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: `${ARN}:main`,
        Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::sky' } },
      },
    ]);
    await lambda.send(new RemovePermissionCommand({ FunctionName: 'main', StatementId: 's3' }));
    await expect(lambda.send(new GetPolicyCommand({ FunctionName: 'main' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const { Functions } = await lambda.send(new ListFunctionsCommand());
    expect(Functions!.map((one) => one.FunctionName)).toEqual(['from-s3', 'main']);
  });

  it.each<[string, object, string, RegExp]>([
    [
      'a runtime AWS does not know',
      { Runtime: 'nodejs7.x' },
      'InvalidParameterValueException',
      /Value nodejs7.x at 'runtime'/,
    ],
    [
      'no handler',
      { Handler: undefined },
      'InvalidParameterValueException',
      /Runtime and Handler are mandatory/,
    ],
    [
      'too little memory',
      { MemorySize: 64 },
      'ValidationException',
      /Value '64' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128/,
    ],
    ['too much time', { Timeout: 901 }, 'ValidationException', /Value '901' at 'timeout'/],
    ['a role that is none', { Role: 'me' }, 'ValidationException', /Value 'me' at 'role'/],
    ['a name that is none', { FunctionName: 'a b' }, 'ValidationException', /Value 'a b' at 'functionName'/],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
      /reserved keys .* AWS_REGION$/,
    ],
    [
      '4 KB of variables',
      { Environment: { Variables: { COLOR: 'x'.repeat(4096) } } },
      'InvalidParameterValueException',
      /exceeded the 4KB limit/,
    ],
    ['no code', { Code: {} }, 'InvalidParameterValueException', /source for function code/],
    [
      'code that is no zip',
      { Code: { ZipFile: new Uint8Array([1, 2, 3]) } },
      'InvalidParameterValueException',
      /Could not unzip uploaded file/,
    ],
    [
      'a zip that climbs out',
      { Code: { ZipFile: zipOf({ '../../evil.js': 'x' }) } },
      'InvalidParameterValueException',
      /Could not unzip uploaded file/,
    ],
    [
      'a symbolic link',
      { Code: { ZipFile: zipSync({ link: [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] }) } },
      'InvalidParameterValueException',
      /is a symbolic link/,
    ],
    [
      'a zip bomb',
      { Code: { ZipFile: zipSync({ 'zeros.bin': new Uint8Array(263 * 1024 * 1024) }, { level: 1 }) } },
      'InvalidParameterValueException',
      /Unzipped size must be smaller than 262144000 bytes/,
    ],
  ])('refuse %s', async (_title, overrides, name, message) => {
    await expect(create(overrides)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('refuse a change based on an older revision, and a reservation that starves the rest', async () => {
    const { lambda } = fixture;
    await expect(
      lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'main', RevisionId: 'old', Timeout: 5 }),
      ),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await expect(
      lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName: 'main', ReservedConcurrentExecutions: 901 }),
      ),
    ).rejects.toMatchObject({
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    });
  });
});
