/** Code signing configurations, as AWS was recorded to answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateCodeSigningConfigCommand,
  CreateFunctionCommand,
  DeleteCodeSigningConfigCommand,
  DeleteFunctionCodeSigningConfigCommand,
  GetAccountSettingsCommand,
  GetCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  InvokeAsyncCommand,
  ListCodeSigningConfigsCommand,
  ListFunctionsByCodeSigningConfigCommand,
  ListTagsCommand,
  PublishLayerVersionCommand,
  PutFunctionCodeSigningConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCodeSigningConfigCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

const PROFILE = 'arn:aws:signer:us-east-1:000000000000:/signing-profiles/test';
const CODE = zipOf({ 'index.mjs': 'export const handler = async (e) => { console.log("got", e.n); };' });

let fixture: LambdaFixture;
let arn: string;
let absent: string;
beforeAll(async () => {
  fixture = await startLambda();
  await fixture.deploy('signed', '', { Code: { ZipFile: CODE } });
  const { CodeSigningConfig } = await send(
    new CreateCodeSigningConfigCommand({
      Description: 'Testing CodeSigning Config',
      AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    }),
  );
  arn = CodeSigningConfig.CodeSigningConfigArn;
  absent = `${arn.slice(0, -1)}x`;
});
afterAll(() => fixture.stop());

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
const send = (command: any): Promise<any> => fixture.lambda.send(command);

it('are kept and returned', async () => {
  const { CodeSigningConfig } = await send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn: arn }));
  expect(CodeSigningConfig).toEqual({
    CodeSigningConfigId: expect.stringMatching(/^csc-[0-9a-f]{17}$/),
    CodeSigningConfigArn: `arn:aws:lambda:us-east-1:000000000000:code-signing-config:${CodeSigningConfig.CodeSigningConfigId}`,
    Description: 'Testing CodeSigning Config',
    AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Enforce' },
    LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
  });
  const unchanged = await send(new UpdateCodeSigningConfigCommand({ CodeSigningConfigArn: arn }));
  expect(unchanged.CodeSigningConfig).toMatchObject({ Description: 'Testing CodeSigning Config' });
  const { CodeSigningConfigs } = await send(new ListCodeSigningConfigsCommand({}));
  expect(CodeSigningConfigs).toEqual([unchanged.CodeSigningConfig]);
});

it('outlive a restart', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-signing-'));
  const create = new CreateCodeSigningConfigCommand({
    AllowedPublishers: { SigningProfileVersionArns: [PROFILE] },
  });
  const first = await startLambda({ stateDir });
  const { CodeSigningConfig } = await first.lambda.send(create).finally(() => first.stop());
  const second = await startLambda({ stateDir });
  const { CodeSigningConfigs } = await second.lambda
    .send(new ListCodeSigningConfigsCommand({}))
    .finally(() => second.stop());
  expect(CodeSigningConfigs).toEqual([CodeSigningConfig]);
  rmSync(stateDir, { recursive: true });
});

it('let code through that is not signed, or refuse it', async () => {
  const update = () => send(new UpdateFunctionCodeCommand({ FunctionName: 'signed', ZipFile: CODE }));
  const refused = {
    name: 'CodeVerificationFailedException',
    message:
      'Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for signed.',
  };
  const attached = { CodeSigningConfigArn: arn, FunctionName: 'signed' };
  expect(await send(new PutFunctionCodeSigningConfigCommand(attached))).toMatchObject(attached);
  expect(await send(new GetFunctionCodeSigningConfigCommand({ FunctionName: 'signed' }))).toMatchObject(
    attached,
  );
  await expect(update()).rejects.toMatchObject(refused);
  await expect(
    send(
      new CreateFunctionCommand({
        FunctionName: 'another',
        Runtime: 'nodejs20.x',
        Role: ROLE,
        Handler: 'index.handler',
        Code: { ZipFile: CODE },
        CodeSigningConfigArn: arn,
      }),
    ),
  ).rejects.toMatchObject({ name: 'CodeVerificationFailedException' });
  await expect(send(new GetFunctionCommand({ FunctionName: 'another' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const { FunctionArns } = await send(
    new ListFunctionsByCodeSigningConfigCommand({ CodeSigningConfigArn: arn }),
  );
  expect(FunctionArns).toEqual(['arn:aws:lambda:us-east-1:000000000000:function:signed']);
  await expect(send(new DeleteCodeSigningConfigCommand({ CodeSigningConfigArn: arn }))).rejects.toMatchObject(
    {
      name: 'ResourceConflictException',
    },
  );
  await send(
    new UpdateCodeSigningConfigCommand({
      CodeSigningConfigArn: arn,
      CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' },
    }),
  );
  await update();
  await send(new DeleteFunctionCodeSigningConfigCommand({ FunctionName: 'signed' }));
  // There is nothing to take away any more, which is no error.
  const gone = await send(new DeleteFunctionCodeSigningConfigCommand({ FunctionName: 'signed' }));
  expect(gone.$metadata.httpStatusCode).toBe(204);
  const none = await send(new GetFunctionCodeSigningConfigCommand({ FunctionName: 'signed' }));
  expect(none.CodeSigningConfigArn).toBeUndefined();
});

it('that are not there are told in two ways', async () => {
  const notFound = {
    name: 'ResourceNotFoundException',
    message: `The Lambda code signing configuration ${absent} can not be found.`,
    $metadata: { httpStatusCode: 404 },
  };
  const named = { CodeSigningConfigArn: absent };
  for (const command of [
    new GetCodeSigningConfigCommand(named),
    new UpdateCodeSigningConfigCommand(named),
    new DeleteCodeSigningConfigCommand(named),
    new ListFunctionsByCodeSigningConfigCommand(named),
  ]) {
    await expect(send(command)).rejects.toMatchObject(notFound);
  }
  for (const FunctionName of ['signed', 'none']) {
    const put = new PutFunctionCodeSigningConfigCommand({ ...named, FunctionName });
    await expect(send(put)).rejects.toMatchObject({
      name: 'CodeSigningConfigNotFoundException',
      message: `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${absent}.`,
      $metadata: { httpStatusCode: 404 },
    });
  }
  for (const command of [
    new PutFunctionCodeSigningConfigCommand({ CodeSigningConfigArn: arn, FunctionName: 'none' }),
    new DeleteFunctionCodeSigningConfigCommand({ FunctionName: 'none' }),
  ]) {
    await expect(send(command)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none',
    });
  }
  await expect(
    send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn: 'arn:aws:lambda:csc-1' })),
  ).rejects.toMatchObject({ name: 'ValidationException' });
});

it('have tags', async () => {
  await send(new TagResourceCommand({ Resource: arn, Tags: { a: '1', b: '2' } }));
  await send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a'] }));
  expect((await send(new ListTagsCommand({ Resource: arn }))).Tags).toEqual({ b: '2' });
});

it('can be deleted', async () => {
  const { CodeSigningConfig } = await send(
    new CreateCodeSigningConfigCommand({ AllowedPublishers: { SigningProfileVersionArns: [PROFILE] } }),
  );
  expect(CodeSigningConfig).toMatchObject({
    Description: '',
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' },
  });
  const { CodeSigningConfigArn } = CodeSigningConfig;
  const answer = await send(new DeleteCodeSigningConfigCommand({ CodeSigningConfigArn }));
  expect(answer.$metadata.httpStatusCode).toBe(204);
  await expect(send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('InvokeAsync, the old way, invokes', async () => {
  const answer = await send(new InvokeAsyncCommand({ FunctionName: 'signed', InvokeArgs: '{"n":7}' }));
  expect(answer).toMatchObject({ Status: 202, $metadata: { httpStatusCode: 202 } });
  await vi.waitFor(
    async () => expect(await fixture.messages('signed', 'got')).toEqual([expect.stringContaining('got 7')]),
    20_000,
  );
  await expect(
    send(new InvokeAsyncCommand({ FunctionName: 'none', InvokeArgs: '{}' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('GetAccountSettings counts the code of functions and of layers', async () => {
  const used = async () => (await send(new GetAccountSettingsCommand({}))).AccountUsage.TotalCodeSize;
  const before = await used();
  const ZipFile = zipOf({ 'nodejs/a.js': '1' });
  for (let i = 0; i < 2; i++) {
    await send(new PublishLayerVersionCommand({ LayerName: 'counted', Content: { ZipFile } }));
  }
  expect((await used()) - before).toBe(2 * ZipFile.length);
});
