/** Aliases, versions, lists, TestState and permissions (cases F12, F15, F16, F20, F21, S9, S10). */
import { CreateLogGroupCommand, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateActivityCommand,
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  DeleteStateMachineAliasCommand,
  DescribeActivityCommand,
  type EncryptionConfiguration,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  StartExecutionCommand,
  TestStateCommand,
  type TestStateInput,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, ROLE, startRig } from './rig.ts';

const PASS = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';
const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: Error) => `${error.name}: ${error.message}`,
  );

describe('the API', () => {
  let rig: Rig;
  const denied = new Set<string>();
  beforeAll(async () => {
    rig = await startRig({ refuses: (action) => denied.has(action) });
    await rig.logs.send(new CreateLogGroupCommand({ logGroupName: 'machines' }));
  });
  afterAll(() => rig.stop());

  const create = (name: string, definition = PASS) =>
    rig.sfn.send(new CreateStateMachineCommand({ name, definition, roleArn: ROLE }));

  it('deletes an alias that is not there, and says no more of one that differs', async () => {
    const { stateMachineArn } = await create('aliased');
    const { stateMachineVersionArn } = await rig.sfn.send(
      new PublishStateMachineVersionCommand({ stateMachineArn }),
    );
    const alias = { name: 'live', routingConfiguration: [{ stateMachineVersionArn, weight: 100 }] };
    const { stateMachineAliasArn } = await rig.sfn.send(new CreateStateMachineAliasCommand(alias));
    expect(
      await messageOf(rig.sfn.send(new CreateStateMachineAliasCommand({ ...alias, description: 'x' }))),
    ).toBe(
      'ConflictException: Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    );
    for (let i = 0; i < 2; i++)
      expect(
        await messageOf(rig.sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn }))),
      ).toBe('accepted');
    const missing = `${stateMachineArn}-none:live`;
    expect(
      await messageOf(rig.sfn.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: missing }))),
    ).toBe('accepted');
  });

  it('publishes the same definition again under another description', async () => {
    const { stateMachineArn } = await create('versions');
    const update = (versionDescription?: string) =>
      rig.sfn.send(
        new UpdateStateMachineCommand({
          stateMachineArn,
          definition: PASS,
          publish: true,
          versionDescription,
        }),
      );
    await update('first');
    await update('second');
    await update('second');
    await update();
    const { stateMachineVersions } = await rig.sfn.send(
      new ListStateMachineVersionsCommand({ stateMachineArn }),
    );
    expect(stateMachineVersions).toHaveLength(2);
  });

  it('refuses a customer managed key without a key, and another key for what exists', async () => {
    const type = 'CUSTOMER_MANAGED_KMS_KEY';
    const kmsKeyId = 'arn:aws:kms:us-east-1:000000000000:key/1';
    const machine = (name: string, encryptionConfiguration?: EncryptionConfiguration) =>
      messageOf(
        rig.sfn.send(
          new CreateStateMachineCommand({ name, definition: PASS, roleArn: ROLE, encryptionConfiguration }),
        ),
      );
    const activity = (name: string, encryptionConfiguration?: EncryptionConfiguration) =>
      messageOf(rig.sfn.send(new CreateActivityCommand({ name, encryptionConfiguration })));
    for (const create of [machine, activity]) {
      expect(await create('encrypted', { type })).toMatch(/^InvalidEncryptionConfiguration: /);
      expect(await create('encrypted', { type, kmsKeyId })).toBe('accepted');
      expect(await create('encrypted', { type, kmsKeyId })).toBe('accepted');
      expect(await create('encrypted')).toMatch(/^(StateMachine|Activity)AlreadyExists: /);
    }
    const activityArn = 'arn:aws:states:us-east-1:000000000000:activity:encrypted';
    const { encryptionConfiguration } = await rig.sfn.send(new DescribeActivityCommand({ activityArn }));
    expect(encryptionConfiguration).toEqual({ type, kmsKeyId });
  });

  it('names the limit of each list’s token', async () => {
    const { stateMachineArn } = await create('listed');
    const nextToken = 'x'.repeat(3_097);
    expect(
      await messageOf(rig.sfn.send(new ListExecutionsCommand({ stateMachineArn, nextToken }))),
    ).toContain('Member must have length less than or equal to 3096');
    expect(await messageOf(rig.sfn.send(new ListStateMachinesCommand({ nextToken })))).toContain(
      'Member must have length less than or equal to 1024',
    );
  });

  it.each([
    [
      'not some json',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ["{'a': 1", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ['', 'Invalid execution input.'],
    ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"],
  ])('says what is wrong with the input %j', async (input, why) => {
    const { stateMachineArn } = await create('inputs');
    expect(await messageOf(rig.sfn.send(new StartExecutionCommand({ stateMachineArn, input })))).toBe(
      `InvalidExecutionInput: Invalid State Machine Execution Input: '${why}'`,
    );
  });

  describe('TestState', () => {
    const test = (input: Partial<TestStateInput>) =>
      messageOf(rig.sfn.send(new TestStateCommand({ definition: '{}', ...input })));
    const invoke = (suffix = '') =>
      `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke${suffix}","Parameters":{"FunctionName":"f"},"End":true}`;
    const map =
      '{"Type":"Map","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}';
    const parallel =
      '{"Type":"Parallel","Branches":[{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}],"End":true}';
    it.each<[string, Partial<TestStateInput>, string]>([
      [
        'a Task without role and mock',
        { definition: invoke() },
        'RoleArn must be specified when testing a Task state',
      ],
      [
        'failed iterations without a mock',
        { definition: map, stateConfiguration: { mapIterationFailureCount: 1 } },
        'TestState does not support MapIterationFailureCount when a mock is not specified.',
      ],
      ['a Map’s mock', { definition: map, mock: { result: '{}' } }, 'Mocked result must be an array.'],
      [
        'a Parallel’s mock',
        { definition: parallel, mock: { result: '1' } },
        'Mocked result must be an array.',
      ],
      [
        'an unknown group of the context',
        { definition: invoke(), roleArn: ROLE, context: '{"Foo":{}}' },
        "Invalid Context object provided: Field 'Foo' is not allowed",
      ],
      [
        'an unknown member of the context',
        { definition: invoke(), roleArn: ROLE, context: '{"State":{"foo":1}}' },
        "Invalid Context object provided: Field 'foo' is not allowed",
      ],
      [
        'a token for a state that has none',
        { definition: invoke(), mock: { result: '{"StatusCode":200}' }, context: '{"Task":{"Token":"t"}}' },
        "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
      ],
      [
        'a token for a state that has one',
        {
          definition: invoke('.waitForTaskToken'),
          mock: { result: '{}', fieldValidationMode: 'NONE' },
          context: '{"Task":{"Token":"t"}}',
        },
        'accepted',
      ],
    ])('checks %s', async (_, input, message) => {
      expect((await test(input)).replace('ValidationException: ', '')).toBe(message);
    });

    it('names the place of a fault in a bare state', async () => {
      expect(await test({ definition: '{"Type":"Pass"}' })).toBe(
        "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/StateName'",
      );
    });

    it('shows texts as they were given', async () => {
      const { output, inspectionData } = await rig.sfn.send(
        new TestStateCommand({
          definition: map,
          input: '[ 1.0,  2 ]',
          mock: { result: '[1, 1, 1.0]' },
          inspectionLevel: 'TRACE',
        }),
      );
      expect(output).toBe('[1, 1, 1.0]');
      expect(inspectionData).toMatchObject({
        input: '[ 1.0,  2 ]',
        afterInputPath: '[ 1.0,  2 ]',
        afterItemsPath: '[ 1.0,  2 ]',
        afterResultPath: '[1, 1, 1.0]',
      });
    });
  });

  describe('asks the role for', () => {
    it('states:StartExecution before a Map Run over items in hand', async () => {
      denied.add('states:StartExecution');
      const ItemProcessor = {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...(JSON.parse(PASS) as object),
      };
      const M = { Type: 'Map', ItemsPath: '$.i', ItemProcessor, End: true };
      const ended = await rig.run({ StartAt: 'M', States: { M } }, { i: [1] });
      denied.clear();
      expect(ended).toMatchObject({
        status: 'FAILED',
        cause: expect.stringContaining('states:StartExecution'),
      });
    });

    it('managed rules where a machine waits for a job', async () => {
      denied.add('events:PutRule');
      const nested = (pattern: string) =>
        `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution${pattern}","Parameters":{"StateMachineArn":"a"},"End":true}}}`;
      expect(await messageOf(create('sync', nested('.sync:2')))).toBe(
        `AccessDeniedException: '${ROLE}' is not authorized to create managed-rule.`,
      );
      expect(await messageOf(create('request', nested('')))).toBe('accepted');
      denied.clear();
    });

    it('the delivery of logs', async () => {
      const logged = () =>
        messageOf(
          rig.sfn.send(
            new CreateStateMachineCommand({
              name: 'logged',
              definition: PASS,
              roleArn: ROLE,
              loggingConfiguration: {
                level: 'ALL',
                destinations: [
                  {
                    cloudWatchLogsLogGroup: {
                      logGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:machines:*',
                    },
                  },
                ],
              },
            }),
          ),
        );
      denied.add('logs:CreateLogDelivery');
      expect(await logged()).toBe(
        'AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination',
      );
      denied.clear();
      expect(await logged()).toBe('accepted');
      const { logStreams } = await rig.logs.send(new DescribeLogStreamsCommand({ logGroupName: 'machines' }));
      expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual([
        'log_stream_created_by_aws_to_validate_log_delivery_subscriptions',
      ]);
    });
  });
});
