/** Answers recorded from AWS on provisioned concurrency, event sources and what is kept of a function beside its code. */
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  GetFunctionRecursionConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  GetRuntimeManagementConfigCommand,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionRecursionConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  PutRuntimeManagementConfigCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LambdaFixture, startLambda } from './fixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const FunctionName = 'f';
let fixture: LambdaFixture;
const logged: string[] = [];

beforeAll(async () => {
  fixture = await startLambda({ log: (line) => logged.push(line) });
  await fixture.deploy(
    FunctionName,
    'export const handler = async () => process.env.AWS_LAMBDA_INITIALIZATION_TYPE;',
  );
  await send(new PublishVersionCommand({ FunctionName }));
});
afterAll(() => fixture.stop());

// biome-ignore lint/suspicious/noExplicitAny: commands of any kind are sent.
type Command = any;
const send = (command: Command): Promise<Command> => fixture.lambda.send(command);
const refused = (command: Command, name: string, message: string) =>
  expect(send(command)).rejects.toMatchObject({ name, message });
const invalid = 'InvalidParameterValueException';
const notFound = 'ResourceNotFoundException';

describe('provisioned concurrency', () => {
  const target = { FunctionName, Qualifier: '1' };
  const get = (given: object = {}) => new GetProvisionedConcurrencyConfigCommand({ ...target, ...given });
  const put = (ProvisionedConcurrentExecutions: number, given: object = {}) =>
    new PutProvisionedConcurrencyConfigCommand({ ...target, ProvisionedConcurrentExecutions, ...given });

  it.each<[string, () => Command, string, string]>([
    [
      'of what is not published',
      () => get({ Qualifier: '$LATEST' }),
      invalid,
      'The function resource provided must be an alias or a published version.',
    ],
    [
      'for what is not published',
      () => put(1, { Qualifier: '$LATEST' }),
      invalid,
      'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
    ],
    [
      'of a version that is not there',
      () => get({ Qualifier: '10' }),
      notFound,
      `Function not found: ${ARN}:f:10`,
    ],
    [
      'for a version that is not there',
      () => put(1, { Qualifier: '10' }),
      notFound,
      `Function not found: ${ARN}:f:10`,
    ],
    [
      'of an alias that is not there',
      () => get({ Qualifier: 'ali' }),
      notFound,
      `Cannot find alias arn: ${ARN}:f:ali`,
    ],
    [
      'of a function that is not there',
      () => get({ FunctionName: 'none' }),
      notFound,
      `Function not found: ${ARN}:none:1`,
    ],
    [
      'where there is none',
      () => get(),
      'ProvisionedConcurrencyConfigNotFoundException',
      'No Provisioned Concurrency Config found for this function',
    ],
    [
      'of nothing',
      () => put(0),
      'ValidationException',
      "1 validation error detected: Value '0' at 'provisionedConcurrentExecutions' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'of more than the account has',
      () => put(1001),
      invalid,
      "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [1000].",
    ],
    [
      'of what others need',
      () => put(950),
      invalid,
      "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    ],
  ])('is refused %s', (_name, command, name, message) => refused(command(), name, message));

  it('starts environments ahead of the calls, and counts against the account', async () => {
    await send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
    await refused(
      put(2),
      invalid,
      'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
    );
    await send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const begun = await send(put(1));
    expect([begun.$metadata.httpStatusCode, begun.Status]).toEqual([202, 'IN_PROGRESS']);
    await vi.waitFor(async () => expect((await send(get())).Status).toBe('READY'), {
      timeout: 20_000,
      interval: 50,
    });
    expect(await send(get())).toMatchObject({
      RequestedProvisionedConcurrentExecutions: 1,
      AllocatedProvisionedConcurrentExecutions: 1,
      AvailableProvisionedConcurrentExecutions: 1,
    });
    const { ProvisionedConcurrencyConfigs } = await send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
    );
    expect(ProvisionedConcurrencyConfigs).toMatchObject([{ FunctionArn: `${ARN}:f:1`, Status: 'READY' }]);
    const warm = await fixture.invoke(FunctionName, {}, { Qualifier: '1' });
    expect(warm.payload).toBe('provisioned-concurrency');
    // It was initialised before it was asked.
    expect(warm.log).not.toContain('Init Duration');
    expect((await fixture.invoke(FunctionName)).payload).toBe('on-demand');
    const { AccountLimit } = await send(new GetAccountSettingsCommand({}));
    expect(AccountLimit.UnreservedConcurrentExecutions).toBe(999);
    await refused(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
      invalid,
      " ReservedConcurrentExecutions  0 should not be lower than function's total provisioned concurrency [1].",
    );
    // With everything reserved provisioned for the version, $LATEST has nothing.
    await send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }));
    await expect(fixture.invoke(FunctionName)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    expect((await fixture.invoke(FunctionName, {}, { Qualifier: '1' })).status).toBe(200);
    await send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    await send(new CreateAliasCommand({ FunctionName, Name: 'ali', FunctionVersion: '1' }));
    await refused(
      put(1, { Qualifier: 'ali' }),
      'ResourceConflictException',
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    );
    for (let i = 0; i < 2; i++) await send(new DeleteProvisionedConcurrencyConfigCommand(target));
    await send(put(1, { Qualifier: 'ali' }));
    await refused(
      put(1),
      'ResourceConflictException',
      'Version is pointed by a Provisioned Concurrency alias',
    );
    await send(new DeleteProvisionedConcurrencyConfigCommand({ ...target, Qualifier: 'ali' }));
  });
});

describe('event sources', () => {
  const UUID = '40c9a5a5-9eb5-4a5a-a5a5-9eb54a5aa5a5';
  const source = (EventSourceArn: string | undefined, given: object = {}) =>
    new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, ...given });
  const stream = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
  const queue = 'arn:aws:sqs:us-east-1:000000000000:q';
  const LATEST = { StartingPosition: 'LATEST' };

  it('are none', async () => {
    expect((await send(new ListEventSourceMappingsCommand({}))).EventSourceMappings).toEqual([]);
    for (const command of [
      new GetEventSourceMappingCommand({ UUID }),
      new UpdateEventSourceMappingCommand({ UUID }),
      new DeleteEventSourceMappingCommand({ UUID }),
    ]) {
      await refused(command, notFound, 'The resource you requested does not exist.');
    }
  });

  it.each<[Command, string, string]>([
    [source(undefined), invalid, 'Unrecognized event source.'],
    [source('arn:aws:s3:::bucket'), invalid, 'Unrecognized event source.'],
    [source(queue, { FunctionName: 'none' }), invalid, 'Function does not exist'],
    [
      source(queue),
      invalid,
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    ],
    [
      source(stream),
      invalid,
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    ],
    [source(stream, LATEST), invalid, `Stream not found: ${stream}`],
    [
      source(stream, { StartingPosition: 'BAD' }),
      'ValidationException',
      "1 validation error detected: Value 'BAD' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    ],
  ])('are refused, case %#', (command, name, message) => refused(command, name, message));
});

describe('what is kept of a function', () => {
  it('tells whether loops are ended', async () => {
    const get = async () =>
      (await send(new GetFunctionRecursionConfigCommand({ FunctionName }))).RecursiveLoop;
    const put = (RecursiveLoop: string) =>
      new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: RecursiveLoop as 'Allow' });
    expect(await get()).toBe('Terminate');
    await send(put('Allow'));
    expect(await get()).toBe('Allow');
    await refused(
      put('x'),
      'ValidationException',
      "1 validation error detected: Value 'x' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Terminate, Allow]",
    );
    await refused(
      new GetFunctionRecursionConfigCommand({ FunctionName: 'none' }),
      notFound,
      `Function not found: ${ARN}:none`,
    );
  });

  it('tells when its runtime is updated', async () => {
    const get = () => send(new GetRuntimeManagementConfigCommand({ FunctionName }));
    expect(await get()).toMatchObject({ UpdateRuntimeOn: 'Auto', FunctionArn: `${ARN}:f` });
    await send(new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: 'FunctionUpdate' }));
    expect((await get()).UpdateRuntimeOn).toBe('FunctionUpdate');
    await expect(
      send(new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn: 'Manual' })),
    ).rejects.toMatchObject({ name: invalid });
  });

  it.each<[string, object, string, string]>([
    [
      'a dead letter target that is no ARN',
      { DeadLetterConfig: { TargetArn: 'x' } },
      'ValidationException',
      "1 validation error detected: Value 'x' at 'deadLetterConfig.targetArn' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
    ],
    [
      'a function as its dead letter target',
      { DeadLetterConfig: { TargetArn: `${ARN}:f` } },
      invalid,
      `The dead letter target ${ARN}:f is neither a queue (SQS) nor a topic (SNS); use an on-failure destination for functions and buckets.`,
    ],
    [
      'a description without end',
      { Description: 'd'.repeat(257) },
      'ValidationException',
      `1 validation error detected: Value '${'d'.repeat(257)}' at 'description' failed to satisfy constraint: Member must have length less than or equal to 256`,
    ],
  ])('does not take %s', (_name, change, name, message) =>
    refused(new UpdateFunctionConfigurationCommand({ FunctionName, ...change }), name, message),
  );

  it('names its dead letter queue until it has none, and what is lost is told', async () => {
    const TargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
    const put = (arn: string) =>
      send(new UpdateFunctionConfigurationCommand({ FunctionName, DeadLetterConfig: { TargetArn: arn } }));
    expect((await put(TargetArn)).DeadLetterConfig).toEqual({ TargetArn });
    // With nothing reserved an event is given up at once.
    await send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
    await vi.waitFor(() =>
      expect(logged.join('\n')).toContain(`its dead letter target ${TargetArn} is not served`),
    );
    await send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    await waitUntilFunctionUpdatedV2(
      { client: fixture.lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
      { FunctionName },
    );
    expect((await put('')).DeadLetterConfig).toBeUndefined();
  });

  it('is invoked with a type of log that there is', () =>
    refused(
      new InvokeCommand({ FunctionName, LogType: 'x' as 'Tail' }),
      'ValidationException',
      "1 validation error detected: Value 'x' at 'logType' failed to satisfy constraint: Member must satisfy enum value set: [None, Tail]",
    ));
});
