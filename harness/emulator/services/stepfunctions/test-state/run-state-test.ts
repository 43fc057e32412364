/** Runs one state by itself: a Task without a mock calls its real integration. */
import type { ExecutionEvent, Finish, InvokeTask } from '../../../../asl/effects.ts';
import type { CompiledState, Program } from '../../../../asl/program.ts';
import {
  createStateTest,
  type Mocks,
  type StateTest,
  type StateTestOutcome,
  stateTestOutcome,
  testStep,
} from '../../../../asl/test-state.ts';
import { uuid } from '../../../../core/ids.ts';
import type { StepFunctionsContext } from '../context.ts';
import { AWS_OWNED_KEY, LOGGING_OFF } from '../definitions.ts';
import type { EventBody } from '../driver/events.ts';
import { runTask } from '../driver/run-task.ts';
import { STEP_ALLOWANCE } from '../driver/step-allowance.ts';
import { checkTask } from '../integrations/check-task.ts';
import type { Execution } from '../store/execution.ts';
import type { StateMachine } from '../store/machine.ts';
import type { TestStateRequest } from './request.ts';

/** AWS ends a test after five minutes. */
const LONGEST_MS = 5 * 60 * 1_000;

export async function runStateTest(
  context: StepFunctionsContext,
  program: Program,
  state: CompiledState,
  request: TestStateRequest,
): Promise<StateTestOutcome> {
  const execution = testExecution(context, program, request);
  const { env } = context;
  const test = createStateTest(
    program,
    state,
    {
      executionArn: execution.arn,
      name: execution.name,
      roleArn: request.roleArn ?? '',
      stateMachineArn: execution.machine.arn,
      stateMachineName: execution.machine.name,
      input: request.input,
      startTimeMs: execution.startedAtMs,
      random: env.random,
      limits: env.limits,
      stepAllowance: STEP_ALLOWANCE,
      checkTask,
      hasActivity: (activityArn) => context.activities.find(activityArn) !== undefined,
      ...(request.context ? { context: request.context } : {}),
      ...(request.variables ? { variables: request.variables } : {}),
    },
    mocksOf(request),
  );
  const finish = await drive(context, execution, test);
  return stateTestOutcome(test, finish);
}

function mocksOf({ mock, configuration }: TestStateRequest): Mocks {
  const { retrierRetryCount, mapIterationFailureCount, mapItemReaderData } = configuration;
  return {
    ...(mock?.result === undefined ? {} : { mockResult: mock.result }),
    ...(mock?.error ? { mockError: mock.error } : {}),
    ...(retrierRetryCount === undefined ? {} : { retrierRetryCount }),
    ...(mapIterationFailureCount === undefined ? {} : { iterationFailureCount: mapIterationFailureCount }),
    ...(mapItemReaderData === undefined ? {} : { itemReaderData: mapItemReaderData }),
  };
}

function drive(context: StepFunctionsContext, execution: Execution, test: StateTest): Promise<Finish> {
  const { clock } = context.env;
  return new Promise((resolve) => {
    const controller = new AbortController();
    const cancelEnd = clock.after(LONGEST_MS, () => feed({ kind: 'stop', error: 'States.Timeout' }));
    const invoke = (task: InvokeTask) =>
      void runTask(context, execution, task, {
        signal: controller.signal,
        accept: () => {},
        feed,
        settle: feed,
      });
    const feed = (body: EventBody) => {
      const event = { ...body, atMs: clock.nowMs() } as ExecutionEvent;
      for (const effect of testStep(test, event)) {
        if (effect.kind === 'invokeTask') invoke(effect);
        else if (effect.kind === 'evaluate')
          void context.fields
            .evaluate(effect.field, effect.data)
            .then((outcome) => feed({ kind: 'evaluated', evaluationId: effect.evaluationId, outcome }));
        else if (effect.kind === 'setTimer')
          clock.after(effect.delayMs, () => feed({ kind: 'timer', timerId: effect.timerId }));
        else if (effect.kind === 'finish') {
          cancelEnd();
          controller.abort();
          resolve(effect);
        }
      }
    };
    feed({ kind: 'start' });
  });
}

/** The execution a test pretends to be; it is in no list. */
function testExecution(
  context: StepFunctionsContext,
  program: Program,
  request: TestStateRequest,
): Execution {
  const { arns, env } = context;
  const startedAtMs = env.clock.nowMs();
  const machineName = uuid(env.random);
  const name = uuid(env.random);
  const revision = {
    definition: request.definition,
    roleArn: request.roleArn ?? '',
    logging: LOGGING_OFF,
    tracingEnabled: false,
    encryption: AWS_OWNED_KEY,
    createdAtMs: startedAtMs,
    program,
  };
  const machine: StateMachine = {
    name: machineName,
    arn: arns.stateMachine(machineName),
    type: 'EXPRESS',
    createdAtMs: startedAtMs,
    status: 'ACTIVE',
    current: revision,
    nextVersion: 1,
    versions: new Map(),
    aliases: new Map(),
    tags: new Map(),
  };
  return {
    arn: `${arns.execution(machineName, name).replace(':execution:', ':express:')}`,
    name,
    sequence: 0,
    type: 'EXPRESS',
    machine,
    revision,
    startedAtMs,
    status: 'RUNNING',
    redriveCount: 0,
    recordCount: 0,
    history: context.histories.open(request.input),
  };
}
