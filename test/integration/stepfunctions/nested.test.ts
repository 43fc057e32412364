import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from './rig.ts';

const task = (resource: string, parameters: object) => ({
  StartAt: 'T',
  States: {
    T: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Parameters: parameters, End: true },
  },
});

describe('machines that call services', () => {
  let rig: Rig;
  let target: string;
  let failing: string;
  let waiting: string;
  beforeAll(async () => {
    rig = await startRig();
    target = await rig.create({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
    failing = await rig.create({
      StartAt: 'F',
      States: { F: { Type: 'Fail', Error: 'Cloudy', Cause: 'again' } },
    });
    waiting = await rig.create({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 900, End: true } } });
    await rig.s3.send(new CreateBucketCommand({ Bucket: 'sky' }));
  });
  afterAll(() => rig.stop());

  it('starts an execution and goes on', async () => {
    const ended = await rig.run(
      task('states:startExecution', { StateMachineArn: target, Input: { a: 1 }, Name: 'once' }),
    );
    expect(ended.output).toMatchObject({
      ExecutionArn: expect.stringMatching(/:execution:.*:once$/),
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StartDate: expect.any(Number),
    });
    const again = await rig.run(task('states:startExecution', { StateMachineArn: target, Name: 'once' }));
    expect(again).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.ExecutionAlreadyExistsException',
      cause: expect.stringContaining(
        "Execution Already Exists: 'arn:aws:states:us-east-1:000000000000:execution:",
      ),
    });
  });

  it('waits for an execution: output as text with .sync, parsed with .sync:2', async () => {
    const parameters = { StateMachineArn: target, Input: { star: 'Vega' } };
    const text = await rig.run(task('states:startExecution.sync', parameters));
    expect(text.output).toMatchObject({
      Status: 'SUCCEEDED',
      Output: '{"star":"Vega"}',
      Input: '{"star":"Vega"}',
    });
    const parsed = await rig.run(task('states:startExecution.sync:2', parameters));
    expect(parsed.output).toMatchObject({ Status: 'SUCCEEDED', Output: { star: 'Vega' } });
    expect((await rig.history(parsed.arn)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('fails with States.TaskFailed and the description of the child', async () => {
    const ended = await rig.run(task('states:startExecution.sync', { StateMachineArn: failing }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(ended.cause!)).toMatchObject({ Status: 'FAILED', Error: 'Cloudy', Cause: 'again' });
  });

  it('stops the child it waits for when it is stopped itself', async () => {
    const parent = await rig.create(
      task('states:startExecution.sync', { StateMachineArn: waiting, Name: 'long-child' }),
    );
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn: parent }));
    const child = `${waiting.replace(':stateMachine:', ':execution:')}:long-child`;
    for (;;) {
      const found = await rig.sfn
        .send(new DescribeExecutionCommand({ executionArn: child }))
        .catch(() => undefined);
      if (found) break;
    }
    await rig.sfn.send(new StopExecutionCommand({ executionArn }));
    expect((await rig.wait(child)).status).toBe('ABORTED');
  });

  it('calls S3 through the AWS SDK, with its error names', async () => {
    const put = await rig.run(task('aws-sdk:s3:putObject', { Bucket: 'sky', Key: 'k', Body: { a: [1] } }));
    expect(put.output).toMatchObject({ ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
    const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket: 'sky', Key: 'k' }));
    expect(await Body!.transformToString()).toBe('{"a":[1]}');
    const got = await rig.run(task('aws-sdk:s3:getObject', { Bucket: 'sky', Key: 'k' }));
    expect(got.output).toMatchObject({ Body: '{"a":[1]}', ContentLength: 9 });
    const missing = await rig.run(task('aws-sdk:s3:getObject', { Bucket: 'sky', Key: 'none' }));
    expect(missing).toMatchObject({
      error: 'S3.NoSuchKeyException',
      cause: expect.stringMatching(
        /^The specified key does not exist. \(Service: S3, Status Code: 404, Request ID: /,
      ),
    });
  });

  it('calls its own service in place, objects as their texts', async () => {
    const ended = await rig.run(
      task('aws-sdk:sfn:startExecution', { StateMachineArn: target, Input: { key: 'value' } }),
    );
    const { ExecutionArn, StartDate } = ended.output as { ExecutionArn: string; StartDate: string };
    expect(StartDate).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect((await rig.wait(ExecutionArn)).description.input).toBe('{"key":"value"}');
    const token = await rig.run(task('aws-sdk:sfn:sendTaskSuccess', { TaskToken: 'none', Output: 'o' }));
    expect(token).toMatchObject({
      error: 'Sfn.InvalidTokenException',
      cause: expect.stringContaining("Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400"),
    });
  });
});
