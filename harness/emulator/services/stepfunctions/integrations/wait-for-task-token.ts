/**
 * `.waitForTaskToken`: the request is made as usual, its answer is the TaskSubmitted event, and the task goes on
 * when somebody sends its token.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
import type { StepFunctionsContext } from '../context.ts';
import { type Integration, type TaskCall, TaskFailure } from './integration.ts';

/** Runs `integration` and then waits for the token. */
export async function runWithToken(
  integration: Integration,
  call: TaskCall,
  context: StepFunctionsContext,
): Promise<string> {
  // Open before the request goes out: the callee may answer sooner than the request returns.
  const outcome = awaitToken(call, context);
  // A refusal of the request settles the token; nobody looks at its outcome then.
  outcome.catch(() => {});
  try {
    call.submitted(await integration.run(call, context));
  } catch (error) {
    context.tokens.settle(call.task.taskToken);
    throw error;
  }
  return outcome;
}

/** The output that is sent for the task's token, or the failure. */
export function awaitToken(call: TaskCall, context: StepFunctionsContext): Promise<string> {
  const { taskToken } = call.task;
  return new Promise((resolve, reject) => {
    context.tokens.open(taskToken, {
      succeed: (output) => {
        context.tokens.settle(taskToken);
        resolve(output);
      },
      fail: (error, cause) => {
        context.tokens.settle(taskToken);
        reject(new TaskFailure(error, cause));
      },
      heartbeat: () => call.heartbeat(),
    });
    call.signal.addEventListener('abort', () => context.tokens.settle(taskToken), { once: true });
  });
}
