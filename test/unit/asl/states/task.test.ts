import { describe, expect, it } from 'vitest';
import {
  echo,
  failing,
  initOf,
  LAMBDA,
  programOf,
  run,
  type Script,
  ScriptedWorld,
  SERVICE,
  single,
  taskId,
} from '../scripted-world.ts';

const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:a';
const CALLBACK = `${SERVICE}.waitForTaskToken`;
const service = (more: object = {}) =>
  single({ Type: 'Task', Resource: SERVICE, Parameters: { FunctionName: 'f' }, ...more });

describe('Task', () => {
  it('writes LambdaFunction events for a function ARN', () => {
    const world = run(single({ Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 9 }), { x: 1 }, echo);
    expect(world.chain.slice(1, 6)).toEqual([
      'TaskStateEntered<-0',
      'LambdaFunctionScheduled<-2',
      'LambdaFunctionStarted<-3',
      'LambdaFunctionSucceeded<-4',
      'TaskStateExited<-5',
    ]);
    expect(world.event('LambdaFunctionScheduled')).toMatchObject({
      detailsKey: 'lambdaFunctionScheduledEventDetails',
      details: {
        resource: LAMBDA,
        input: '{"x":1}',
        inputDetails: { truncated: false },
        timeoutInSeconds: 9,
      },
    });
    expect(world.event('LambdaFunctionStarted')).not.toHaveProperty('details');
  });

  it('writes Task events with service and action otherwise', () => {
    const world = run(service({ Credentials: { RoleArn: 'arn:aws:iam::1:role/r' } }), {}, echo);
    expect(world.event('TaskScheduled').details).toEqual({
      region: 'us-east-1',
      parameters: '{"FunctionName":"f"}',
      resource: 'invoke',
      resourceType: 'lambda',
      taskCredentials: { roleArn: 'arn:aws:iam::1:role/r' },
    });
    expect(world.event('TaskStarted').details).toEqual({ resource: 'invoke', resourceType: 'lambda' });
  });

  it.each([
    ['arn:aws:states:::aws-sdk:s3:getObject', 'aws-sdk:s3', 'getObject', { Bucket: 'b', Key: 'k' }],
    [
      'arn:aws:states:::states:startExecution.sync:2',
      'states',
      'startExecution.sync:2',
      { StateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:m' },
    ],
  ])('names %s', (Resource, resourceType, resource, Parameters) => {
    const world = run(single({ Type: 'Task', Resource, Parameters }), {}, echo);
    expect(world.event('TaskStarted').details).toEqual({ resource, resourceType });
  });

  it('writes Activity events, Started only when a worker has polled', () => {
    const script: Script = (asked) => [
      { afterMs: 5, event: { kind: 'taskStarted', taskId: taskId(asked), workerName: 'w' } },
      { afterMs: 9, event: { kind: 'taskSucceeded', taskId: taskId(asked), outputText: '1' } },
    ];
    const world = run(single({ Type: 'Task', Resource: ACTIVITY }), {}, script);
    expect(world.event('ActivityStarted')).toMatchObject({ atMs: 1_000_005, details: { workerName: 'w' } });
    expect(world.event('ActivitySucceeded').details).toMatchObject({ output: '1' });
    expect(world.effects.find((effect) => effect.kind === 'invokeTask')?.taskToken).toMatch(/^AQC.{61}$/);
  });

  it('gives callbacks a token that the parameters can hold', () => {
    const world = run(
      single({
        Type: 'Task',
        Resource: CALLBACK,
        Parameters: { FunctionName: 'f', Payload: { 'token.$': '$$.Task.Token' } },
      }),
      {},
      (asked) => [
        { event: { kind: 'taskSubmitted', taskId: taskId(asked), output: '{"MessageId":"1"}' } },
        { event: { kind: 'taskSucceeded', taskId: taskId(asked), outputText: '"done"' } },
      ],
    );
    const invoked = world.effects.find((effect) => effect.kind === 'invokeTask');
    expect(invoked?.parameters).toMatchObject({ Payload: { token: invoked?.taskToken } });
    expect(world.chain.slice(2, 6)).toEqual([
      'TaskScheduled<-2',
      'TaskStarted<-3',
      'TaskSubmitted<-4',
      'TaskSucceeded<-5',
    ]);
    expect(world.output).toBe('done');
  });

  it('times a task out without cause and calls it off', () => {
    const world = run(service({ TimeoutSeconds: 5 }));
    expect(world.event('TaskTimedOut').details).toEqual({
      error: 'States.Timeout',
      resource: 'invoke',
      resourceType: 'lambda',
    });
    expect(world.effects.filter(({ kind }) => kind === 'cancelTask')).toHaveLength(1);
    expect(world.finish).toEqual({ kind: 'finish', status: 'FAILED', error: 'States.Timeout' });
    expect(world.nowMs).toBe(1_005_000);
  });

  it('shows a Catcher an empty cause for a timeout', () => {
    const definition = {
      StartAt: 'S',
      States: {
        S: {
          Type: 'Task',
          Resource: SERVICE,
          Parameters: { FunctionName: 'f' },
          TimeoutSeconds: 1,
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    };
    expect(run(definition).output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('keeps a task alive by heartbeats and times it out without', () => {
    const beats: Script = (asked) =>
      [3_000, 6_000, 9_000].map((afterMs) => ({
        afterMs,
        event: { kind: 'taskHeartbeat', taskId: taskId(asked) } as const,
      }));
    const definition = single({
      Type: 'Task',
      Resource: CALLBACK,
      Parameters: { FunctionName: 'f', Payload: { 'token.$': '$$.Task.Token' } },
      HeartbeatSeconds: 5,
    });
    const world = run(definition, {}, beats);
    expect(world.event('TaskTimedOut').atMs).toBe(1_014_000);
    expect(world.event('TaskScheduled').details).toMatchObject({ heartbeatInSeconds: 5 });
  });

  it('lets States.HeartbeatTimeout catch a missing heartbeat', () => {
    const definition = {
      StartAt: 'S',
      States: {
        S: {
          Type: 'Task',
          Resource: ACTIVITY,
          HeartbeatSeconds: 5,
          TimeoutSeconds: 60,
          Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    };
    expect(run(definition).output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it.each([
    ['schedule', LAMBDA, 'LambdaFunctionScheduleFailed'],
    ['start', LAMBDA, 'LambdaFunctionStartFailed'],
    ['run', LAMBDA, 'LambdaFunctionFailed'],
    ['schedule', ACTIVITY, 'ActivityScheduleFailed'],
    ['start', SERVICE, 'TaskStartFailed'],
    ['submit', SERVICE, 'TaskSubmitFailed'],
    ['schedule', SERVICE, 'TaskFailed'],
  ] as const)('a failure to %s %s is %s', (phase, Resource, type) => {
    const Parameters = Resource === SERVICE ? { FunctionName: 'f' } : undefined;
    const world = run(single({ Type: 'Task', Resource, Parameters }), {}, (asked) => [
      { event: { kind: 'taskFailed', taskId: taskId(asked), error: 'E', cause: 'c', phase } },
    ]);
    expect(world.event(type).details).toMatchObject({ error: 'E', cause: 'c' });
    expect(world.finish).toMatchObject({ status: 'FAILED', error: 'E', cause: 'c' });
  });

  it('leaves error and cause out where a worker gave none', () => {
    const world = run(service(), {}, (asked) => [{ event: { kind: 'taskFailed', taskId: taskId(asked) } }]);
    expect(world.event('TaskFailed').details).toEqual({ resource: 'invoke', resourceType: 'lambda' });
    expect(world.finish).toEqual({ kind: 'finish', status: 'FAILED' });
  });

  it.each([
    [LAMBDA, LAMBDA],
    [SERVICE, 'lambda'],
  ])('fails a task whose result is too large, naming %s as %s; States.ALL may catch it', (Resource, name) => {
    const definition = {
      StartAt: 'S',
      States: {
        S: {
          Type: 'Task',
          Resource,
          ...(Resource === SERVICE ? { Parameters: { FunctionName: 'f' } } : {}),
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'H' }],
          End: true,
        },
        H: { Type: 'Pass', End: true },
      },
    };
    const outputText = JSON.stringify('x'.repeat(262_144));
    const world = run(definition, {}, (asked) => [
      { event: { kind: 'taskSucceeded', taskId: taskId(asked), outputText } },
    ]);
    expect(world.output).toEqual({
      Error: 'States.DataLimitExceeded',
      Cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    });
  });

  it('does not schedule a task whose parameters the service refuses', () => {
    const init = initOf({}, { checkTask: () => ["The field 'FunctionName' is required but was missing"] });
    const world = new ScriptedWorld(programOf(service()), init, echo).run();
    expect(world.chain).toEqual(['ExecutionStarted<-0', 'TaskStateEntered<-0', 'ExecutionFailed<-2']);
    expect(world.finish?.cause).toBe(
      "An error occurred while executing the state 'S' (entered at the event id #2). The Parameters " +
        `'{"FunctionName":"f"}' could not be used to start the Task: [The field 'FunctionName' is required but was missing]`,
    );
  });

  it('selects, places and filters the result', () => {
    const world = run(
      service({
        ResultSelector: { 'name.$': '$.FunctionName' },
        ResultPath: '$.task',
        OutputPath: '$.task.name',
      }),
      { kept: true },
      echo,
    );
    expect(world.output).toBe('f');
  });

  it('fails with the task family of events', () => {
    expect(run(service(), {}, failing('Boom')).chain.slice(2)).toEqual([
      'TaskScheduled<-2',
      'TaskStarted<-3',
      'TaskFailed<-4',
      'ExecutionFailed<-5',
    ]);
  });
});
