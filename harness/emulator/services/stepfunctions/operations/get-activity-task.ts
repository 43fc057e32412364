import { wallClock } from '../../../../core/clock.ts';
import { parseArnOf } from '../arn.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** AWS answers with nothing after this long: in wall time for clients, whose connections live there. */
const LONG_POLL_MS = 60_000;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html */
export const getActivityTask = statesOperation({
  name: 'GetActivityTask',
  read: (members) => ({
    activityArn: members.text('activityArn', ARN_RULES),
    workerName: members.optionalText('workerName', { min: 1, max: 80 }),
  }),
  async handle(context, { activityArn, workerName }) {
    parseArnOf(activityArn, 'activity');
    context.activities.get(activityArn);
    const outside = context.caller === 'client';
    const poll = context.activities.poll(activityArn, { name: workerName, outside });
    const clock = outside ? wallClock({ unref: true }) : context.env.clock;
    const cancelTimer = clock.after(LONG_POLL_MS, poll.cancel);
    const task = await poll.task;
    cancelTimer();
    return task ? { taskToken: task.taskToken, input: task.input } : {};
  },
});
