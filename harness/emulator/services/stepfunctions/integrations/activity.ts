/** An activity's ARN as Resource: a worker polls for the task and answers with its token. */
import type { Integration } from './integration.ts';
import { awaitToken } from './wait-for-task-token.ts';

export const activity: Integration = {
  name: 'activity',
  serves: (resource) => resource.kind === 'activity',
  async run(call, context) {
    const arn = call.task.resource;
    const { outcome, inHand } = awaitToken(call, context);
    const takeBack = context.activities.schedule(arn, {
      taskToken: call.task.taskToken,
      input: call.task.parametersText,
      taken: (worker) => {
        if (worker.outside) inHand();
        call.started(worker.name);
      },
    });
    call.signal.addEventListener('abort', takeBack, { once: true });
    return outcome;
  },
};
