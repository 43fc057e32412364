import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from './rig.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function';

describe('Lambda tasks', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({
      functions: {
        double: (event) => Number(event) * 2,
        echo: (event) => event,
        boom: () => {
          throw new TypeError('no such star');
        },
      },
    });
  });
  afterAll(() => rig.stop());

  it('runs a function by its ARN with the history AWS writes', async () => {
    const ended = await rig.run(
      { StartAt: 'A', States: { A: { Type: 'Task', Resource: `${FUNCTION}:double`, End: true } } },
      21,
    );
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: 42 });
    const events = await rig.history(ended.arn);
    expect(events.map(({ type, id, previousEventId }) => [type, id, previousEventId])).toEqual([
      ['ExecutionStarted', 1, 0],
      ['TaskStateEntered', 2, 0],
      ['LambdaFunctionScheduled', 3, 2],
      ['LambdaFunctionStarted', 4, 3],
      ['LambdaFunctionSucceeded', 5, 4],
      ['TaskStateExited', 6, 5],
      ['ExecutionSucceeded', 7, 6],
    ]);
  });

  it('parses the payload of lambda:invoke and adds what Lambda answers', async () => {
    const ended = await rig.run(
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Parameters: { FunctionName: 'echo', 'Payload.$': '$' },
            End: true,
          },
        },
      },
      { star: 'Vega' },
    );
    expect(ended.output).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { star: 'Vega' },
      StatusCode: 200,
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
  });

  it('fails with the function’s own error type, and Catch sees it', async () => {
    const ended = await rig.run({
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'boom' },
          Catch: [{ ErrorEquals: ['TypeError'], Next: 'B' }],
          End: true,
        },
        B: { Type: 'Pass', End: true },
      },
    });
    expect(ended.output).toMatchObject({ Error: 'TypeError' });
    expect(JSON.parse((ended.output as { Cause: string }).Cause)).toMatchObject({
      errorMessage: 'no such star',
    });
  });

  it('names the function that is not there', async () => {
    const ended = await rig.run({
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'nobody' },
          End: true,
        },
      },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException' });
    expect(ended.cause).toContain(
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST (Service: AWSLambda; Status Code: 404;',
    );
  });

  it.each([
    ['arn:aws:states:::sqs:sendMessage', 'sqs:sendMessage', { QueueUrl: 'q', MessageBody: 'm' }],
    ['arn:aws:states:::glue:startJobRun.sync', 'glue:startJobRun.sync', { JobName: 'j' }],
    ['arn:aws:states:::aws-sdk:dynamodb:getItem', 'aws-sdk:dynamodb:getItem', {}],
  ])(
    'creates a machine with %s and says at run time that it is not served',
    async (Resource, shown, Parameters) => {
      const ended = await rig.run({
        StartAt: 'Ask',
        States: { Ask: { Type: 'Task', Resource, Parameters, End: true } },
      });
      expect(ended).toMatchObject({
        status: 'FAILED',
        error: 'States.Runtime',
        cause: `The integration '${shown}' is not served by this emulator; mock the state 'Ask' or replace the resource ${Resource}.`,
      });
    },
  );
});
