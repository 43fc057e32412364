/** `aws-sdk:` resources: names, bodies, errors (cases F08, F09, F19, S3). */
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ValidateStateMachineDefinitionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, ROLE, startRig } from './rig.ts';

const task = (action: string, Parameters: object, more: object = {}) => ({
  StartAt: 'A',
  States: {
    A: { Type: 'Task', Resource: `arn:aws:states:::${action}`, Parameters, End: true, ...more },
    B: { Type: 'Pass', Result: 'not there', End: true },
  },
});

describe('aws-sdk integrations', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.s3.send(new CreateBucketCommand({ Bucket: 'sky' }));
  });
  afterAll(() => rig.stop());

  const s3 = (action: string, parameters: object) =>
    rig.run(without(task(`aws-sdk:s3:${action}`, { Bucket: 'sky', ...parameters })));
  const without = (definition: { StartAt: string; States: object }) => ({
    ...definition,
    States: { A: (definition.States as { A: object }).A },
  });

  it.each<[string, unknown, string]>([
    ['a text', 'hello', '"hello"'],
    ['an object', { b: 1, a: [true, null] }, '{"b":1,"a":[true,null]}'],
    ['a number', 12.5, '12.5'],
    ['a boolean', false, 'false'],
    ['an empty text', '', '""'],
  ])('store %s as JSON', async (_, Body, stored) => {
    expect((await s3('putObject', { Key: 'k', Body })).status).toBe('SUCCEEDED');
    const object = await rig.s3.send(new GetObjectCommand({ Bucket: 'sky', Key: 'k' }));
    expect(await object.Body?.transformToString()).toBe(stored);
    expect(object.ContentType).toBe('text/plain; charset=UTF-8');
  });

  it('store exact numbers and the content type given', async () => {
    const text =
      '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:putObject","Parameters":{"Bucket":"sky","Key":"n","ContentType":"application/json","Body":{"2":1.0,"1":1234567890123456789}},"End":true}}}';
    const { stateMachineArn } = await rig.sfn.send(
      new CreateStateMachineCommand({ name: 'exact', definition: text, roleArn: ROLE }),
    );
    expect(stateMachineArn).toBeDefined();
    await rig.run(JSON.parse('{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}'));
    const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    expect((await rig.wait(executionArn as string)).status).toBe('SUCCEEDED');
    const object = await rig.s3.send(new GetObjectCommand({ Bucket: 'sky', Key: 'n' }));
    expect(await object.Body?.transformToString()).toBe('{"2":1.0,"1":1234567890123456789}');
    expect(object.ContentType).toBe('application/json');
  });

  it.each<[string, object, string, RegExp]>([
    [
      'headObject',
      { Key: 'none' },
      'S3.NoSuchKeyException',
      /^null \(Service: S3, Status Code: 404, Request ID: /,
    ],
    [
      'getObject',
      { Key: 'none' },
      'S3.NoSuchKeyException',
      /^The specified key does not exist\. \(Service: S3/,
    ],
    [
      'headBucket',
      { Bucket: 'none-such' },
      'S3.NoSuchBucketException',
      /^null \(Service: S3, Status Code: 404/,
    ],
    [
      'listObjectsV2',
      { Bucket: 'none-such' },
      'S3.NoSuchBucketException',
      /^The specified bucket does not exist/,
    ],
    ['getObject', { Key: 'k', IfMatch: '"x"' }, 'S3.S3Exception', /^At least one of the pre-conditions/],
    ['getObject', { Key: 'k', IfNoneMatch: '*' }, 'S3.S3Exception', /^null \(Service: S3, Status Code: 304/],
    [
      'getBucketPolicy',
      {},
      'S3.S3Exception',
      /^The bucket policy does not exist \(Service: S3, Status Code: 404/,
    ],
  ])('name the errors of s3:%s %j as the Java SDK does', async (action, parameters, error, cause) => {
    await s3('putObject', { Key: 'k', Body: 1 });
    expect(await s3(action, parameters)).toMatchObject({ error, cause: expect.stringMatching(cause) });
  });

  it('have those names caught', async () => {
    const Catch = [{ ErrorEquals: ['S3.NoSuchKeyException'], Next: 'B' }];
    const definition = task('aws-sdk:s3:headObject', { Bucket: 'sky', Key: 'none' }, { Catch });
    expect(await rig.run(definition)).toMatchObject({ status: 'SUCCEEDED', output: 'not there' });
  });

  it('do not let the emulator’s own gaps pass for failures of a service', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }];
    const definition = task('aws-sdk:dynamodb:getItem', { TableName: 't', Key: {} }, { Catch });
    expect(await rig.run(definition)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  const unrecognized = (action: string) =>
    `The resource provided arn:aws:states:::${action} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
  it.each<[string, object, string | undefined]>([
    ['aws-sdk:s3:noSuchThing', {}, unrecognized('aws-sdk:s3:noSuchThing')],
    ['aws-sdk:s3:getObjekt', {}, unrecognized('aws-sdk:s3:getObjekt')],
    ['aws-sdk:s3:GetObject', {}, unrecognized('aws-sdk:s3:GetObject')],
    ['aws-sdk:dynamodbb:getItem', {}, unrecognized('aws-sdk:dynamodbb:getItem')],
    ['aws-sdk:s3:getObject', { Bucket: 'b', key: 'k' }, "The field 'key' is not supported by Step Functions"],
    [
      'aws-sdk:s3:getObject',
      { Bucket: 'b', 'Kee.$': '$' },
      "The field 'Kee.$' is not supported by Step Functions",
    ],
    ['lambda:invoke', { FunctionName: 'f', Foo: 1 }, "The field 'Foo' is not supported by Step Functions"],
    [
      'states:startExecution',
      { StateMachineArn: 'a', name: 'n' },
      "The field 'name' is not supported by Step Functions",
    ],
    ['aws-sdk:s3:getObject', { Bucket: 'b', Key: 'k' }, undefined],
    ['aws-sdk:s3:putObject', { Bucket: 'b', Key: 'k', SsekmsKeyId: 'x' }, undefined],
    ['aws-sdk:sfn:startExecution', { StateMachineArn: 'a', 'Input.$': '$' }, undefined],
    ['aws-sdk:rds:createDBInstance', { Anything: 1 }, undefined],
    ['aws-sdk:config:describeConfigRules', {}, undefined],
    ['lambda:invoke.waitForTaskToken', { FunctionName: 'f', Payload: {} }, undefined],
    ['bedrock:invokeModel.waitForTaskToken', { ModelId: 'm' }, undefined],
    ['eks:call.waitForTaskToken', { ClusterName: 'm' }, undefined],
  ])('are checked when a machine is created: %s %j', async (action, parameters, message) => {
    const definition = JSON.stringify(without(task(action, parameters)));
    const { diagnostics = [] } = await rig.sfn.send(
      new ValidateStateMachineDefinitionCommand({ definition }),
    );
    expect(diagnostics.map((each) => each.message)).toEqual(message === undefined ? [] : [message]);
  });
});
