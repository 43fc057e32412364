/** An activity's ARN as Resource: a worker polls for the task and answers with its token. */
import { type Integration, TaskFailure } from './integration.ts';
import { awaitToken } from './wait-for-task-token.ts';

export const activity: Integration = {
  name: 'activity',
  serves: (resource) => resource.kind === 'activity',
  async run(call, context) {
    const arn = call.task.resource;
    if (!context.activities.find(arn))
      throw new TaskFailure('States.Runtime', `The activity ${arn} does not exist.`, 'schedule');
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
