/** What belongs to another account or region, and event sources, as AWS was recorded to answer. */
import {
  AddLayerVersionPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  ListFunctionsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

const LAYER = 'arn:aws:lambda:us-east-1:000000000000:layer:shared';
const THEIRS = 'arn:aws:lambda:us-east-1:111111111111:layer:shared';
const invalid = 'InvalidParameterValueException';

let fixture: LambdaFixture;
beforeAll(async () => {
  fixture = await startLambda();
  await fixture.deploy('f', 'export const handler = async () => 1;');
  const Content = { ZipFile: zipOf({ 'nodejs/a.js': '1' }) };
  await fixture.lambda.send(new PublishLayerVersionCommand({ LayerName: 'shared', Content }));
});
afterAll(() => fixture.stop());

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
const send = (command: any): Promise<any> => fixture.lambda.send(command);

const denied = {
  name: 'AccessDeniedException',
  message: `User: arn:aws:iam::000000000000:root is not authorized to perform: lambda:GetLayerVersion on resource: ${THEIRS}:1 because no resource-based policy allows the lambda:GetLayerVersion action`,
  $metadata: { httpStatusCode: 403 },
};

describe('a layer of another account', () => {
  it('is never the own one of that name', async () => {
    const own = await send(new GetLayerVersionByArnCommand({ Arn: `${LAYER}:1` }));
    expect(own.Version).toBe(1);
    await expect(send(new GetLayerVersionByArnCommand({ Arn: `${THEIRS}:1` }))).rejects.toMatchObject(denied);
    await expect(
      send(new GetLayerVersionCommand({ LayerName: THEIRS, VersionNumber: 1 })),
    ).rejects.toMatchObject(denied);
    await expect(
      send(
        new CreateFunctionCommand({
          FunctionName: 'g',
          Runtime: 'nodejs20.x',
          Role: ROLE,
          Handler: 'index.handler',
          Code: { ZipFile: zipOf({ 'index.mjs': '' }) },
          Layers: [`${THEIRS}:1`],
        }),
      ),
    ).rejects.toMatchObject(denied);
  });

  it('of another region is not there', async () => {
    const Arn = `${LAYER.replace('us-east-1', 'us-west-2')}:1`;
    await expect(send(new GetLayerVersionByArnCommand({ Arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

it('names of layers have a length, ARNs included', async () => {
  const tooLong = (LayerName: string) => ({
    name: 'ValidationException',
    message: `1 validation error detected: Value '${LayerName}' at 'layerName' failed to satisfy constraint: Member must have length less than or equal to 140`,
  });
  for (const LayerName of ['a'.repeat(141), `${LAYER}${'a'.repeat(100)}`]) {
    // The length is looked at before the version.
    await expect(send(new GetLayerVersionCommand({ LayerName, VersionNumber: 0 }))).rejects.toMatchObject(
      tooLong(LayerName),
    );
  }
  for (const command of [
    new GetLayerVersionCommand({ LayerName: 'a'.repeat(140), VersionNumber: 1 }),
    // An ARN of its own has no such limit.
    new GetLayerVersionByArnCommand({ Arn: `${LAYER}${'a'.repeat(141)}:1` }),
  ]) {
    await expect(send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  }
});

it('layers are shared with accounts or all', async () => {
  const share = (StatementId: string, Principal: string, OrganizationId?: string) =>
    send(
      new AddLayerVersionPermissionCommand({
        LayerName: 'shared',
        VersionNumber: 1,
        Action: 'lambda:GetLayerVersion',
        StatementId,
        Principal,
        OrganizationId,
      }),
    ).then(({ Statement }) => JSON.parse(Statement).Principal);
  expect(await share('account', '111111111111')).toEqual({ AWS: 'arn:aws:iam::111111111111:root' });
  expect(await share('root', 'arn:aws:iam::111111111111:root')).toEqual({
    AWS: 'arn:aws:iam::111111111111:root',
  });
  expect(await share('organization', '*', 'o-a1b2c3d4e5')).toBe('*');
  await expect(share('both', '111111111111', 'o-a1b2c3d4e5')).rejects.toMatchObject({ name: invalid });
  await expect(share('nobody', 'not-an-account')).rejects.toMatchObject({ name: 'ValidationException' });
});

describe('an event source', () => {
  const arn = (service: string, name: string, region = 'us-east-1', account = '000000000000') =>
    `arn:aws:${service}:${region}:${account}:${name}`;
  it.each<[string, object, string, string]>([
    [
      'of another region',
      { EventSourceArn: arn('kinesis', 'stream/s', 'us-west-2'), StartingPosition: 'LATEST' },
      invalid,
      'Event source region must match Lambda region us-east-1',
    ],
    [
      'of another account',
      {
        EventSourceArn: arn('kinesis', 'stream/s', 'us-east-1', '987654321098'),
        StartingPosition: 'LATEST',
      },
      invalid,
      'Received Exception while reading from provided stream. No account found for the given parameters',
    ],
    [
      'that is a queue and has a position',
      { EventSourceArn: arn('sqs', 'q'), StartingPosition: 'LATEST' },
      invalid,
      'StartingPosition is not valid for SQS event sources.',
    ],
    [
      'with a time and another position',
      {
        EventSourceArn: arn('kinesis', 'stream/s'),
        StartingPosition: 'LATEST',
        StartingPositionTimestamp: new Date(),
      },
      invalid,
      'Timestamp only valid with StartingPosition AT_TIMESTAMP',
    ],
    [
      'with a position that is none',
      { EventSourceArn: arn('sqs', 'q'), StartingPosition: 'invalid' },
      'ValidationException',
      "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    ],
  ])('%s is refused', async (_what, input, name, message) => {
    const command = new CreateEventSourceMappingCommand({ FunctionName: 'f', ...input });
    await expect(send(command)).rejects.toMatchObject({ name, message });
  });
});

it.each(['arn:aws:sqs:us-west-2:000000000000:q', 'arn:aws:sqs:us-east-1:000000000000:'])(
  '%s takes neither dead letters nor records',
  async (target) => {
    await expect(
      send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'f',
          DeadLetterConfig: { TargetArn: target },
        }),
      ),
    ).rejects.toMatchObject({ name: invalid });
    await expect(
      send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: 'f',
          DestinationConfig: { OnFailure: { Destination: target } },
        }),
      ),
    ).rejects.toMatchObject({ name: invalid, message: `The destination ARN ${target} is invalid.` });
  },
);

it.each<[string, object, string]>([
  [
    'a key that is none',
    new UpdateFunctionConfigurationCommand({ FunctionName: 'f', KMSKeyArn: 'x' }),
    "Value 'x' at 'kMSKeyArn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
  ],
  [
    'a log group that cannot be',
    new UpdateFunctionConfigurationCommand({ FunctionName: 'f', LoggingConfig: { LogGroup: 'bad group*' } }),
    "Value 'bad group*' at 'loggingConfig.logGroup' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
  ],
  [
    'a page of nothing',
    new ListFunctionsCommand({ MaxItems: 0 }),
    "Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
])('%s is refused', async (_what, command, violation) => {
  await expect(send(command)).rejects.toMatchObject({
    name: 'ValidationException',
    message: `1 validation error detected: ${violation}`,
  });
});

describe('a function in a VPC', () => {
  const vpc = { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] };
  const configure = async (VpcConfig: object) => {
    await fixture.ready('f');
    return send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', VpcConfig }));
  };

  it('keeps its subnets and security groups, in what is published too, until both lists are empty', async () => {
    const updated = await configure(vpc);
    expect(updated.VpcConfig).toEqual({ ...vpc, Ipv6AllowedForDualStack: false });
    await fixture.ready('f');
    const published = await send(new PublishVersionCommand({ FunctionName: 'f' }));
    expect(published.VpcConfig).toMatchObject(vpc);
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Description: 'another' }));
    const { VpcConfig } = await send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));
    expect(VpcConfig).toMatchObject(vpc);
    const outside = await configure({ SubnetIds: [], SecurityGroupIds: [] });
    expect(outside.VpcConfig).toMatchObject({ SubnetIds: [], SecurityGroupIds: [], VpcId: '' });
  });

  it.each<[string, object, string]>([
    [
      'a subnet without a security group',
      { SubnetIds: ['subnet-1'], SecurityGroupIds: [] },
      'SubnetIds and SecurityIds must coexist or be both empty list.',
    ],
    [
      'a subnet that cannot be',
      { SubnetIds: ['net-1'], SecurityGroupIds: ['sg-1'] },
      "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'net-1' does not exist",
    ],
    [
      'a subnet for a security group',
      { SubnetIds: ['subnet-1'], SecurityGroupIds: ['subnet-1'] },
      'Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroupId.Malformed. EC2 Error Message: Invalid id: "subnet-1" (expecting "sg-...")',
    ],
  ])('refuses %s', async (_what, config, message) => {
    await expect(configure(config)).rejects.toMatchObject({ name: invalid, message });
  });

  it('refuses more security groups than there may be, and file systems altogether', async () => {
    const SecurityGroupIds = Array.from({ length: 6 }, (_, i) => `sg-${i}`);
    await expect(configure({ SubnetIds: ['subnet-1'], SecurityGroupIds })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const FileSystemConfigs = [
      {
        Arn: 'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0',
        LocalMountPath: '/mnt/data',
      },
    ];
    await expect(
      send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', FileSystemConfigs })),
    ).rejects.toMatchObject({ name: invalid, message: expect.stringMatching(/^File systems \(EFS\)/) });
  });
});

it('SnapStart and a large /tmp exclude each other', async () => {
  const snapshots = { Runtime: 'python3.12', SnapStart: { ApplyOn: 'PublishedVersions' } } as const;
  const create = (FunctionName: string, Size: number) =>
    send(
      new CreateFunctionCommand({
        FunctionName,
        Role: ROLE,
        Handler: 'index.handler',
        Code: { ZipFile: zipOf({ 'index.py': '' }) },
        EphemeralStorage: { Size },
        ...snapshots,
      }),
    );
  await expect(create('large', 1024)).rejects.toMatchObject({ name: invalid });
  await create('small', 512);
  await fixture.ready('small');
  await expect(
    send(new UpdateFunctionConfigurationCommand({ FunctionName: 'small', EphemeralStorage: { Size: 1024 } })),
  ).rejects.toMatchObject({ name: invalid });
});
