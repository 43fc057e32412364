/**
 * `.waitForTaskToken`: the request is made as usual, its answer is the TaskSubmitted event, and the task goes on
 * when somebody sends its token.
 *
 * Virtual time: nobody is known to work on a token that was merely sent, so that time may jump to its timeout (a day's
 * wait for an approval that never comes costs nothing). Who holds it shows himself by a heartbeat: from then on
 * virtual time goes at the wall's pace until the task ends. A worker that took an activity's task is known at once.
 * A worker that is a machine of this service lives in virtual time itself and slows nothing.
 * An answer from inside the invocation that was given the token always comes in time, as the invocation holds the clock.
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
  const { outcome } = awaitToken(call, context);
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

/** The output that is sent for the task's token, or the failure; `inHand` says that somebody outside is at work. */
export function awaitToken(
  call: TaskCall,
  context: StepFunctionsContext,
): { outcome: Promise<string>; inHand(): void } {
  const { taskToken } = call.task;
  let release: (() => void) | undefined;
  const inHand = () => {
    release ??= context.env.clock.pace();
  };
  const settle = () => {
    context.tokens.settle(taskToken);
    release?.();
  };
  const outcome = new Promise<string>((resolve, reject) => {
    context.tokens.open(taskToken, {
      succeed: (output) => {
        call.accept({ output });
        settle();
        resolve(output);
      },
      fail: (error, cause) => {
        const failure = new TaskFailure(error, cause);
        call.accept({ failure });
        settle();
        reject(failure);
      },
      heartbeat: (outside) => {
        if (outside) inHand();
        call.heartbeat();
      },
    });
    call.signal.addEventListener('abort', settle, { once: true });
  });
  return { outcome, inHand };
}
