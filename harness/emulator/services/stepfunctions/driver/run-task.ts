/** Runs one attempt of a Task: a mock if the execution's test case has one, else the integration. */
import type { InvokeTask } from '../../../../asl/effects.ts';
import type { StepFunctionsContext } from '../context.ts';
import { integrationOf } from '../integrations/index.ts';
import { type TaskCall, TaskFailure } from '../integrations/integration.ts';
import { parseResource } from '../integrations/resource.ts';
import { runWithToken } from '../integrations/wait-for-task-token.ts';
import { runMock } from '../mocks/run-mock.ts';
import type { Execution } from '../store/execution.ts';
import type { Feed } from './events.ts';

export interface Outlets {
  signal: AbortSignal;
  /** Keeps an outcome whose sender is answered. @throws the file system's error */
  accept: Feed;
  /** Something on the way. */
  feed: Feed;
  /** The outcome; nothing after it. */
  settle: Feed;
}

/** One attempt of a task as its integration sees it. */
export function taskCallOf(execution: Execution, task: InvokeTask, outlets: Outlets): TaskCall {
  const { taskId } = task;
  return {
    task,
    resource: parseResource(task.resource),
    execution,
    signal: outlets.signal,
    roleArn: task.credentialsRoleArn ?? execution.revision.roleArn,
    started: (workerName) =>
      outlets.feed({ kind: 'taskStarted', taskId, ...(workerName === undefined ? {} : { workerName }) }),
    submitted: (output) => outlets.feed({ kind: 'taskSubmitted', taskId, output }),
    heartbeat: () => outlets.feed({ kind: 'taskHeartbeat', taskId }),
    accept: (outcome) =>
      outlets.accept(
        'output' in outcome
          ? { kind: 'taskSucceeded', taskId, outputText: outcome.output }
          : { kind: 'taskFailed', taskId, ...failureMembers(outcome.failure) },
      ),
  };
}

/** Never rejects: whatever goes wrong becomes the task's failure. */
export async function runTask(
  context: StepFunctionsContext,
  execution: Execution,
  task: InvokeTask,
  outlets: Outlets,
): Promise<void> {
  const call = taskCallOf(execution, task, outlets);
  const { resource } = call;
  await settleTask(context, task, outlets, async () => {
    // AWS notes the start at once; an activity starts when a worker takes it (recorded case test_timeouts).
    if (resource.kind !== 'activity') call.started();
    const mock = context.mocks.find(execution, task);
    if (mock) return runMock(mock, call, context.env.random);
    const waits = 'pattern' in resource && resource.pattern === 'waitForTaskToken';
    return waits
      ? runWithToken(integrationOf(resource), call, context)
      : integrationOf(resource).run(call, context);
  });
}

/** Feeds the outcome of `work`. */
export async function settleTask(
  context: StepFunctionsContext,
  task: InvokeTask,
  outlets: Outlets,
  work: () => Promise<string>,
): Promise<void> {
  const { taskId } = task;
  try {
    const outputText = await work();
    outlets.settle({ kind: 'taskSucceeded', taskId, outputText });
  } catch (error) {
    outlets.settle({ kind: 'taskFailed', taskId, ...failureOf(context, task, error) });
  }
}

function failureMembers(error: TaskFailure) {
  return {
    ...(error.error === undefined ? {} : { error: error.error }),
    ...(error.failureCause === undefined ? {} : { cause: error.failureCause }),
    phase: error.phase,
    ...(error.terminal ? { terminal: true } : {}),
  };
}

function failureOf(
  context: StepFunctionsContext,
  task: InvokeTask,
  error: unknown,
): { error?: string; cause?: string; phase: TaskFailure['phase']; terminal?: boolean } {
  if (error instanceof TaskFailure) return failureMembers(error);
  context.env.log(
    `internal error in task ${task.stateName} (${task.resource}): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return {
    error: 'States.Runtime',
    cause: 'The emulator failed to run the task.',
    phase: 'run',
    terminal: true,
  };
}
