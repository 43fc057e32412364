/** Answers as AWS was recorded to give them: the exact code, status and text of what it refuses, and its members. */
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteLayerVersionCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  GetLayerVersionPolicyCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionsCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
  ListTagsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemoveLayerVersionPermissionCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import lambda from '../../../harness/emulator/models/lambda.json' with { type: 'json' };
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const LAYER = 'arn:aws:lambda:us-east-1:000000000000:layer';
const HANDLER = 'export const handler = async (e, c) => c.invokedFunctionArn;';

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = await startLambda();
  const { lambda } = fixture;
  await fixture.deploy('f', HANDLER);
  await fixture.deploy('other', HANDLER);
  await lambda.send(new PublishVersionCommand({ FunctionName: 'f' }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Description: 'second' }));
  await fixture.ready('f');
  await lambda.send(new PublishVersionCommand({ FunctionName: 'f' }));
  await lambda.send(new CreateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' }));
  for (let i = 0; i < 2; i++) {
    await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: 'layer',
        Content: { ZipFile: zipOf({ 'nodejs/a.js': '1' }) },
        CompatibleRuntimes: ['nodejs20.x'],
        CompatibleArchitectures: [],
      }),
    );
  }
});
afterAll(() => fixture.stop());

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
const send = (command: any): Promise<any> => fixture.lambda.send(command);

const create = (overrides: object) =>
  new CreateFunctionCommand({
    FunctionName: 'new',
    Runtime: 'nodejs20.x',
    Role: ROLE,
    Handler: 'index.handler',
    Code: { ZipFile: zipOf({ 'index.mjs': HANDLER }) },
    ...overrides,
  });
const alias = (overrides: object) =>
  new CreateAliasCommand({ FunctionName: 'f', Name: 'new', FunctionVersion: '1', ...overrides });
const permission = (overrides: object) =>
  new AddPermissionCommand({
    FunctionName: 'f',
    StatementId: 's',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    ...overrides,
  });
const invokeConfig = (overrides: object) =>
  new PutFunctionEventInvokeConfigCommand({ FunctionName: 'f', ...overrides });
const weights = (version: string, weight: number) => ({
  RoutingConfig: { AdditionalVersionWeights: { [version]: weight } },
});
const onSuccess = (Destination: string) => ({ DestinationConfig: { OnSuccess: { Destination } } });

const MISMATCH = 'The derived qualifier from the function name does not match the specified qualifier.';
const ELSEWHERE = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')";
const elsewhere = { FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:f' };
const MAP_VALUE =
  'Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
const invalid = 'InvalidParameterValueException';
const notFound = 'ResourceNotFoundException';
const validation = 'ValidationException';
const violated = (value: string, member: string, constraint: string) =>
  `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`;

describe('is refused', () => {
  it('an invocation of nothing', async () => {
    await expect(send(new InvokeCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
      name: notFound,
      message: `Function not found: ${ARN}:none:$LATEST`,
    });
  });

  it.each<[string, object, string, string]>([
    [
      'a qualifier beside another',
      new GetFunctionCommand({ FunctionName: `${ARN}:f:1`, Qualifier: '$LATEST' }),
      invalid,
      MISMATCH,
    ],
    [
      'a version that is not there',
      new GetFunctionCommand({ FunctionName: 'f', Qualifier: '1221' }),
      notFound,
      `Function not found: ${ARN}:f:1221`,
    ],
    ['GetFunction elsewhere', new GetFunctionCommand(elsewhere), notFound, ELSEWHERE],
    [
      'GetFunctionConfiguration elsewhere',
      new GetFunctionConfigurationCommand(elsewhere),
      notFound,
      ELSEWHERE,
    ],
    ['GetFunctionConcurrency elsewhere', new GetFunctionConcurrencyCommand(elsewhere), notFound, ELSEWHERE],
    [
      'GetFunctionEventInvokeConfig elsewhere',
      new GetFunctionEventInvokeConfigCommand(elsewhere),
      notFound,
      ELSEWHERE,
    ],
    ['DeleteFunction elsewhere', new DeleteFunctionCommand(elsewhere), notFound, ELSEWHERE],
    ['Invoke elsewhere', new InvokeCommand(elsewhere), notFound, ELSEWHERE],
    [
      'code signing of nothing',
      new GetFunctionCodeSigningConfigCommand({ FunctionName: 'none' }),
      notFound,
      `Function not found: ${ARN}:none`,
    ],
    [
      'deleting a version of nothing',
      new DeleteFunctionCommand({ FunctionName: 'none', Qualifier: '1233' }),
      notFound,
      `Function not found: ${ARN}:none`,
    ],
    [
      'deleting $LATEST',
      new DeleteFunctionCommand({ FunctionName: 'f', Qualifier: '$LATEST' }),
      invalid,
      '$LATEST version cannot be deleted without deleting the function.',
    ],
    [
      'a name too long',
      create({ FunctionName: 'a'.repeat(65) }),
      invalid,
      violated(`'${'a'.repeat(65)}'`, 'functionName', 'Member must have length less than or equal to 64'),
    ],
    [
      'an ARN too long',
      create({ FunctionName: `${ARN}:${'a'.repeat(100)}` }),
      validation,
      violated(
        `'${ARN}:${'a'.repeat(100)}'`,
        'functionName',
        'Member must have length less than or equal to 140',
      ),
    ],
    ['creating elsewhere', create(elsewhere), notFound, ELSEWHERE],
    // Recorded: names are longer elsewhere than where functions are created.
    [
      'reading a name too long for a function',
      new GetFunctionCommand({ FunctionName: 'a'.repeat(65) }),
      notFound,
      `Function not found: ${ARN}:${'a'.repeat(65)}`,
    ],
    [
      'deleting a name too long for a function',
      new DeleteFunctionCommand({ FunctionName: 'a'.repeat(65) }),
      notFound,
      `Function not found: ${ARN}:${'a'.repeat(65)}`,
    ],
    [
      'an ARN that ends before the name',
      new GetFunctionCommand({ FunctionName: ARN }),
      notFound,
      `Function not found: ${ARN}:function`,
    ],
    [
      'a region that is none',
      new GetFunctionCommand({ FunctionName: 'arn:aws:lambda:invalid-region:000000000000:function:f' }),
      validation,
      violated(
        "'arn:aws:lambda:invalid-region:000000000000:function:f'",
        'functionName',
        'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?',
      ),
    ],
    [
      'two constraints at once',
      new GetFunctionCommand({ FunctionName: `${'a'.repeat(257)}!`, Qualifier: 'q'.repeat(129) }),
      validation,
      expect.stringMatching(
        /^3 validation errors detected: Value 'a+!' at 'functionName' .* 256; Value 'a+!' at 'functionName' .*; Value 'q+' at 'qualifier' .* 128$/,
      ),
    ],
    [
      'a runtime of no one',
      create({ Runtime: 'python3.2' }),
      invalid,
      "Value python3.2 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java17, nodejs16.x, java25, dotnet8, python3.10, java11, python3.11, dotnet6, java21, nodejs18.x, provided.al2, ruby3.3, ruby3.4, java8.al2, ruby3.2, python3.8, python3.9] or be a valid ARN",
    ],
    [
      'two architectures',
      create({ Architectures: ['x86_64', 'arm64'] }),
      validation,
      violated("'[x86_64, arm64]'", 'architectures', 'Member must have length less than or equal to 1'),
    ],
    [
      'a deprecated runtime',
      create({ Runtime: 'python3.7' }),
      invalid,
      'The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    ],
    [
      'snapshots of a runtime without',
      create({ SnapStart: { ApplyOn: 'PublishedVersions' } }),
      invalid,
      'nodejs20.x is not supported for SnapStart enabled functions.',
    ],
    [
      'snapshots of another kind',
      create({ SnapStart: { ApplyOn: 'x' } }),
      validation,
      violated("'x'", 'snapStart.applyOn', 'Member must satisfy enum value set: [PublishedVersions, None]'),
    ],
    ['too many tags', create({ Tags: many(51) }), invalid, 'Number of tags exceeds resource tag limit.'],
    [
      'an image',
      create({ PackageType: 'Image', Code: { ImageUri: 'x' }, Runtime: undefined, Handler: undefined }),
      invalid,
      'Container images are not run here; use a deployment package (PackageType Zip).',
    ],
    [
      'listing others than ALL',
      new ListFunctionsCommand({ FunctionVersion: 'some' as 'ALL' }),
      validation,
      violated("'some'", 'functionVersion', 'Member must satisfy enum value set: [ALL]'),
    ],
    [
      'an old revision',
      new UpdateFunctionConfigurationCommand({ FunctionName: 'f', RevisionId: 'old' }),
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    ],
    // Aliases.
    [
      'two further versions',
      alias({ RoutingConfig: { AdditionalVersionWeights: { '1': 0.1, '2': 0.1 } } }),
      invalid,
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    ],
    [
      'a weight too high',
      alias(weights('2', 2)),
      validation,
      violated("'{2=2.0}'", 'routingConfig.additionalVersionWeights', MAP_VALUE),
    ],
    [
      'a weight too low',
      alias(weights('2', -1)),
      validation,
      violated("'{2=-1.0}'", 'routingConfig.additionalVersionWeights', MAP_VALUE),
    ],
    [
      'the same version twice',
      alias(weights('1', 0.5)),
      invalid,
      'Invalid function version 1. Function version 1 is already included in routing configuration.',
    ],
    [
      'an alias of no version',
      alias({ FunctionVersion: '10', ...weights('2', 0.5) }),
      notFound,
      `Function not found: ${ARN}:f:10`,
    ],
    ['a weight of no version', alias(weights('10', 0.5)), notFound, `Function not found: ${ARN}:f:10`],
    [
      'a weight beside $LATEST',
      alias({ FunctionVersion: '$LATEST', ...weights('1', 0.5) }),
      invalid,
      '$LATEST is not supported for an alias pointing to more than 1 version',
    ],
    ['an alias of nothing', alias({ FunctionName: 'none' }), notFound, `Function not found: ${ARN}:none:1`],
    [
      'an alias again',
      alias({ Name: 'live' }),
      'ResourceConflictException',
      `Alias already exists: ${ARN}:f:live`,
    ],
    [
      'an alias that is a number',
      alias({ Name: '2024' }),
      validation,
      violated(
        "'2024'",
        'name',
        'Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)',
      ),
    ],
    [
      'a change of no alias',
      new UpdateAliasCommand({ FunctionName: 'f', Name: 'none' }),
      notFound,
      `Cannot find alias arn: ${ARN}:f:none`,
    ],
    // Tags.
    [
      'tags of an ARN that is none',
      new ListTagsCommand({ Resource: 'arn:aws:something' }),
      validation,
      violated(
        "'arn:aws:something'",
        'resource',
        `Member must satisfy regular expression pattern: ${lambda.shapes.TaggableResource.pattern}`,
      ),
    ],
    [
      'tags of a version',
      new TagResourceCommand({ Resource: `${ARN}:f:1`, Tags: { a: 'b' } }),
      invalid,
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    ],
    [
      'no tags',
      new TagResourceCommand({ Resource: `${ARN}:f`, Tags: {} }),
      invalid,
      'An error occurred and the request cannot be processed.',
    ],
    [
      'no tag keys',
      new UntagResourceCommand({ Resource: `${ARN}:f`, TagKeys: [] }),
      validation,
      violated('null', 'tagKeys', 'Member must not be null'),
    ],
    // Permissions.
    [
      'a statement id that is none',
      permission({ StatementId: 'example.com' }),
      validation,
      violated(
        "'example.com'",
        'statementId',
        'Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)',
      ),
    ],
    [
      'a policy of $LATEST',
      permission({ Qualifier: '$LATEST' }),
      invalid,
      'We currently do not support adding policies for $LATEST.',
    ],
    [
      'a principal that is none',
      permission({ Principal: 'invalid.nonaws.com' }),
      invalid,
      'The provided principal was invalid. Please check the principal and try again.',
    ],
    [
      'a policy of no alias',
      permission({ Qualifier: 'none' }),
      notFound,
      `Cannot find alias arn: ${ARN}:f:none`,
    ],
    ['a policy of no version', permission({ Qualifier: '42' }), notFound, `Function not found: ${ARN}:f:42`],
    [
      'a qualifier that is none',
      permission({ Qualifier: 'a-?-b' }),
      validation,
      violated(
        "'a-?-b'",
        'qualifier',
        'Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+',
      ),
    ],
    [
      'no policy',
      new GetPolicyCommand({ FunctionName: 'f' }),
      notFound,
      'The resource you requested does not exist.',
    ],
    [
      'removing of no policy',
      new RemovePermissionCommand({ FunctionName: 'f', StatementId: 's' }),
      notFound,
      'No policy is associated with the given resource.',
    ],
    [
      'removing of nothing',
      new RemovePermissionCommand({ FunctionName: 'none', StatementId: 's' }),
      notFound,
      `No policy found for: ${ARN}:none`,
    ],
    // Asynchronous invocation.
    [
      'a configuration of nothing',
      invokeConfig({ FunctionName: 'none', MaximumRetryAttempts: 0 }),
      notFound,
      "The function doesn't exist.",
    ],
    [
      'a configuration of no alias',
      invokeConfig({ Qualifier: 'none', MaximumRetryAttempts: 0 }),
      notFound,
      "The function doesn't exist.",
    ],
    [
      'an empty configuration',
      invokeConfig({}),
      invalid,
      'You must specify at least one of error handling or destination setting.',
    ],
    [
      'a destination that is not there',
      invokeConfig(onSuccess(`${ARN}:none`)),
      invalid,
      `The destination ARN ${ARN}:none is invalid.`,
    ],
    [
      'itself as destination',
      invokeConfig(onSuccess(`${ARN}:f`)),
      invalid,
      "You can't specify the function as a destination for itself.",
    ],
    [
      'a destination of another service',
      invokeConfig(onSuccess('arn:aws:iam:us-east-1:000000000000:function:f')),
      invalid,
      'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:000000000000:function:f), onFailure=null) is invalid.',
    ],
    [
      'a bucket for successes',
      invokeConfig(onSuccess('arn:aws:s3:::b')),
      invalid,
      'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:s3:::b), onFailure=null) is invalid.',
    ],
    [
      'configurations of nothing',
      new ListFunctionEventInvokeConfigsCommand({ FunctionName: 'none' }),
      notFound,
      "The function doesn't exist.",
    ],
    [
      'a configuration that is not there',
      new GetFunctionEventInvokeConfigCommand({ FunctionName: 'none' }),
      notFound,
      `The function ${ARN}:none:$LATEST doesn't have an EventInvokeConfig`,
    ],
    [
      'deleting it',
      new DeleteFunctionEventInvokeConfigCommand({ FunctionName: 'f', Qualifier: 'live' }),
      notFound,
      `The function ${ARN}:f:live doesn't have an EventInvokeConfig`,
    ],
    [
      'changing it',
      new UpdateFunctionEventInvokeConfigCommand({ FunctionName: 'f', MaximumRetryAttempts: 0 }),
      notFound,
      `The function ${ARN}:f:$LATEST doesn't have an EventInvokeConfig`,
    ],
    [
      'a reservation of nothing',
      new PutFunctionConcurrencyCommand({ FunctionName: 'none', ReservedConcurrentExecutions: 1 }),
      notFound,
      `Function not found: ${ARN}:none:$LATEST`,
    ],
    [
      'a reservation of a version',
      new PutFunctionConcurrencyCommand({ FunctionName: `${ARN}:f:1`, ReservedConcurrentExecutions: 1 }),
      invalid,
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    ],
    // Layers.
    [
      'a layer that is not there',
      create({ Layers: [`${LAYER}:none:1`] }),
      invalid,
      `Layer version ${LAYER}:none:1 does not exist.`,
    ],
    [
      'a layer twice',
      create({ Layers: [`${LAYER}:layer:1`, `${LAYER}:layer:2`] }),
      invalid,
      `Two different versions of the same layer are not allowed to be referenced in the same function. ${LAYER}:layer:1 and ${LAYER}:layer:2 are versions of the same layer.`,
    ],
    [
      'a layer elsewhere',
      create({ Layers: ['arn:aws:lambda:eu-west-1:000000000000:layer:layer:1'] }),
      invalid,
      'Layers are not in the same region as the function. Layers are expected to be in region us-east-1.',
    ],
    [
      'six layers',
      create({ Layers: Array.from({ length: 6 }, (_, i) => `${LAYER}:l${i}:1`) }),
      invalid,
      'Cannot reference more than 5 layers.',
    ],
    [
      'a layer version of 0',
      new GetLayerVersionCommand({ LayerName: 'layer', VersionNumber: 0 }),
      invalid,
      'Layer Version Cannot be less than 1',
    ],
    [
      'a layer version that is not there',
      new GetLayerVersionCommand({ LayerName: 'layer', VersionNumber: 9 }),
      notFound,
      'The resource you requested does not exist.',
    ],
    [
      'an ARN without version',
      new GetLayerVersionByArnCommand({ Arn: `${LAYER}:layer` }),
      validation,
      violated(
        `'${LAYER}:layer'`,
        'arn',
        'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)',
      ),
    ],
    [
      'deleting of version -1',
      new DeleteLayerVersionCommand({ LayerName: 'layer', VersionNumber: -1 }),
      invalid,
      'Layer Version Cannot be less than 1',
    ],
    [
      'layers for no architecture',
      new ListLayersCommand({ CompatibleArchitecture: 'x' as 'arm64' }),
      validation,
      violated("'x'", 'compatibleArchitecture', 'Member must satisfy enum value set: [x86_64, arm64]'),
    ],
    [
      'no policy of a layer',
      new GetLayerVersionPolicyCommand({ LayerName: 'layer', VersionNumber: 1 }),
      notFound,
      'No policy is associated with the given resource.',
    ],
    [
      'a policy of no layer',
      new GetLayerVersionPolicyCommand({ LayerName: 'none', VersionNumber: 1 }),
      notFound,
      `Layer version ${LAYER}:none:1 does not exist.`,
    ],
    [
      'another action of layers',
      new AddLayerVersionPermissionCommand({
        LayerName: 'layer',
        VersionNumber: 1,
        StatementId: 's',
        Principal: '*',
        Action: '*',
      }),
      validation,
      violated("'*'", 'action', 'Member must satisfy regular expression pattern: lambda:GetLayerVersion'),
    ],
  ])('%s', async (_title, command, name, message) => {
    await expect(send(command)).rejects.toMatchObject({ name, message });
  });

  it('two faults at once, told together', async () => {
    const command = new PublishLayerVersionCommand({
      LayerName: 'layer',
      Content: { ZipFile: zipOf({ a: '' }) },
      CompatibleRuntimes: ['bad' as 'nodejs'],
      CompatibleArchitectures: ['worse' as 'arm64'],
    });
    await expect(send(command)).rejects.toMatchObject({
      name: validation,
      message: expect.stringMatching(
        /^2 validation errors detected: Value '\[bad\]' at 'compatibleRuntimes' .*; Value '\[worse\]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[x86_64, arm64\]\]$/,
      ),
    });
  });
});

it('errors have the members that AWS gives them', async () => {
  const get = async (path: string) => {
    const answer = await fetch(`${fixture.emulator.endpoint}${path}`);
    return { status: answer.status, type: answer.headers.get('x-amzn-errortype'), body: await answer.json() };
  };
  expect(await get('/2015-03-31/functions/none')).toEqual({
    status: 404,
    type: notFound,
    body: { Type: 'User', Message: `Function not found: ${ARN}:none` },
  });
  expect(await get('/2015-03-31/functions/f:1?Qualifier=2')).toEqual({
    status: 400,
    type: invalid,
    body: { Type: 'User', message: MISMATCH },
  });
  expect(await get('/2015-03-31/functions/a%20b')).toMatchObject({ status: 400, type: validation });
  expect(await get('/2015-03-31/functions/123456789012:function:f')).toEqual({
    status: 403,
    type: 'AccessDeniedException',
    body: { Message: null },
  });
});

it('deleting what is not there is no error, where AWS has it so', async () => {
  await send(new DeleteFunctionCommand({ FunctionName: 'f', Qualifier: '1233' }));
  await send(new DeleteAliasCommand({ FunctionName: 'f', Name: 'none' }));
  await send(new DeleteLayerVersionCommand({ LayerName: 'none', VersionNumber: 1 }));
  expect((await send(new ListLayerVersionsCommand({ LayerName: 'none' }))).LayerVersions).toEqual([]);
});

it('every change of a function, of its state, policy or tags is a revision', async () => {
  const seen: string[] = [];
  const revision = async (Qualifier?: string) =>
    (await send(new GetFunctionConfigurationCommand({ FunctionName: 'rev', Qualifier }))).RevisionId;
  const fresh = (id: string) => {
    expect(seen).not.toContain(id);
    seen.push(id);
  };
  fresh((await send(create({ FunctionName: 'rev' }))).RevisionId);
  await fixture.ready('rev');
  fresh(await revision());
  const code = { FunctionName: 'rev', ZipFile: zipOf({ 'index.mjs': `${HANDLER} ` }) };
  fresh((await send(new UpdateFunctionCodeCommand(code))).RevisionId);
  await fixture.ready('rev');
  fresh(await revision());
  const { Version, RevisionId } = await send(new PublishVersionCommand({ FunctionName: 'rev' }));
  fresh(RevisionId);
  expect(await revision(Version)).toBe(RevisionId);
  fresh(await revision());
  await send(permission({ FunctionName: 'rev' }));
  const policy = await send(new GetPolicyCommand({ FunctionName: 'rev' }));
  fresh(policy.RevisionId);
  expect(await revision()).toBe(policy.RevisionId);
  await send(permission({ FunctionName: 'rev', Qualifier: '1' }));
  fresh(await revision('1'));
  await send(new TagResourceCommand({ Resource: `${ARN}:rev`, Tags: { a: '1' } }));
  fresh(await revision());
});

it('answers the members that AWS answers', async () => {
  const Environment = { Variables: {} };
  const created = await send(
    create({ FunctionName: 'shape', Environment, Publish: true, Layers: [`${LAYER}:layer:1`] }),
  );
  expect(created).toMatchObject({
    FunctionArn: `${ARN}:shape`,
    Version: '1',
    State: 'Pending',
    StateReasonCode: 'Creating',
    Environment,
    Layers: [{ Arn: `${LAYER}:layer:1`, CodeSize: expect.any(Number) }],
    RuntimeVersionConfig: {
      RuntimeVersionArn: expect.stringMatching(/^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/),
    },
  });
  expect(created).not.toHaveProperty('LastUpdateStatus');
  const { Functions } = await send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }));
  const listed = Functions.filter((one: { FunctionName: string }) => one.FunctionName === 'shape');
  expect(listed.map((one: { FunctionArn: string }) => one.FunctionArn)).toEqual([
    `${ARN}:shape:$LATEST`,
    `${ARN}:shape:1`,
  ]);
  for (const member of ['State', 'LastUpdateStatus', 'RuntimeVersionConfig']) {
    expect(listed[0]).not.toHaveProperty(member);
  }
});

it('layers may name runtimes that are retired', async () => {
  const CompatibleRuntimes = ['nodejs14.x', 'python3.7', 'go1.x', 'java8', 'nodejs20.x'] as const;
  const published = await send(
    new PublishLayerVersionCommand({
      LayerName: 'retired',
      Content: { ZipFile: zipOf({ a: '' }) },
      CompatibleRuntimes: [...CompatibleRuntimes],
    }),
  );
  expect(published.CompatibleRuntimes).toEqual(CompatibleRuntimes);
});

it('layer versions are numbered once, and functions keep those that were deleted', async () => {
  const files = { 'nodejs/node_modules/deep/index.js': 'exports.n = 41;' };
  const publish = async () =>
    (await send(new PublishLayerVersionCommand({ LayerName: 'kept', Content: { ZipFile: zipOf(files) } })))
      .Version;
  expect(await publish()).toBe(1);
  await fixture.deploy('keeps', '', {
    Code: {
      ZipFile: zipOf({ 'index.cjs': `exports.handler = async () => require('deep').n + 1;` }),
    },
    Layers: [`${LAYER}:kept:1`],
  });
  await send(new DeleteLayerVersionCommand({ LayerName: 'kept', VersionNumber: 1 }));
  expect((await send(new ListLayerVersionsCommand({ LayerName: 'kept' }))).LayerVersions).toEqual([]);
  expect((await fixture.invoke('keeps')).payload).toBe(42);
  expect(await publish()).toBe(2);
  await expect(send(create({ Layers: [`${LAYER}:kept:1`] }))).rejects.toMatchObject({ name: invalid });
});

it('policies of layers say who may use them', async () => {
  const place = { LayerName: 'layer', VersionNumber: 2 };
  const add = (StatementId: string, RevisionId?: string) =>
    send(
      new AddLayerVersionPermissionCommand({
        ...place,
        StatementId,
        Action: 'lambda:GetLayerVersion',
        Principal: '*',
        RevisionId,
      }),
    );
  const { Statement, RevisionId } = await add('s1');
  expect(JSON.parse(Statement)).toEqual({
    Sid: 's1',
    Effect: 'Allow',
    Principal: '*',
    Action: 'lambda:GetLayerVersion',
    Resource: `${LAYER}:layer:2`,
  });
  await expect(add('s1')).rejects.toMatchObject({ name: 'ResourceConflictException' });
  await expect(add('s2', 'wrong')).rejects.toMatchObject({
    name: 'PreconditionFailedException',
    message:
      'The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id',
  });
  await add('s2', RevisionId);
  await send(new RemoveLayerVersionPermissionCommand({ ...place, StatementId: 's1' }));
  const { Policy } = await send(new GetLayerVersionPolicyCommand(place));
  expect(JSON.parse(Policy).Statement.map((one: { Sid: string }) => one.Sid)).toEqual(['s2']);
});
