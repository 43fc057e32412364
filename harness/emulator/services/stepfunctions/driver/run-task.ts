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

interface Outlets {
  signal: AbortSignal;
  /** Something on the way. */
  feed: Feed;
  /** The outcome; nothing after it. */
  settle: Feed;
}

/** Never rejects: whatever goes wrong becomes the task's failure. */
export async function runTask(
  context: StepFunctionsContext,
  execution: Execution,
  task: InvokeTask,
  outlets: Outlets,
): Promise<void> {
  const { taskId } = task;
  const resource = parseResource(task.resource);
  const call: TaskCall = {
    task,
    resource,
    execution,
    signal: outlets.signal,
    roleArn: task.credentialsRoleArn ?? execution.revision.roleArn,
    started: (workerName) =>
      outlets.feed({ kind: 'taskStarted', taskId, ...(workerName === undefined ? {} : { workerName }) }),
    submitted: (output) => outlets.feed({ kind: 'taskSubmitted', taskId, output }),
    heartbeat: () => outlets.feed({ kind: 'taskHeartbeat', taskId }),
  };
  try {
    // AWS notes the start at once; an activity starts when a worker takes it (recorded case test_timeouts).
    if (resource.kind !== 'activity') call.started();
    const mock = context.mocks.find(execution, task);
    const waits = 'pattern' in resource && resource.pattern === 'waitForTaskToken';
    const outputText = mock
      ? await runMock(mock, call, context.env.random)
      : waits
        ? await runWithToken(integrationOf(resource), call, context)
        : await integrationOf(resource).run(call, context);
    outlets.settle({ kind: 'taskSucceeded', taskId, outputText });
  } catch (error) {
    outlets.settle({ kind: 'taskFailed', taskId, ...failureOf(context, task, error) });
  }
}

function failureOf(
  context: StepFunctionsContext,
  task: InvokeTask,
  error: unknown,
): { error?: string; cause?: string; phase: TaskFailure['phase']; terminal?: boolean } {
  if (error instanceof TaskFailure) {
    return {
      ...(error.error === undefined ? {} : { error: error.error }),
      ...(error.failureCause === undefined ? {} : { cause: error.failureCause }),
      phase: error.phase,
      ...(error.terminal ? { terminal: true } : {}),
    };
  }
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
