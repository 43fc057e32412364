import type {
  CreateActivityCommandInput,
  DeleteActivityCommandInput,
  DescribeActivityCommandInput,
  GetActivityTaskCommandInput,
  ListActivitiesCommandInput,
} from '@aws-sdk/client-sfn';
import { wallClock } from '../../../../core/clock.ts';
import { defineOperation } from '../../../http/operation.ts';
import { parseArnOf } from '../arn.ts';
import type { StepFunctionsContext } from '../context.ts';
import { AWS_OWNED_KEY, encryptionOf } from '../definitions.ts';
import { activityAlreadyExists } from '../errors.ts';
import { checkName } from '../names.ts';
import { byName, statesCall, statesPage } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import { tagMap } from '../tags.ts';

/** Idempotent by name; the key of one that exists may not change. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html */
export const createActivity = defineOperation<StepFunctionsContext, CreateActivityCommandInput>({
  name: 'CreateActivity',
  permission: ({ name = '*' }, { arns }) => [statesCall('CreateActivity', arns.activity(name))],
  handle(context, { name, tags, encryptionConfiguration }) {
    const arn = context.arns.activity(checkName(name));
    const encryption = encryptionOf(encryptionConfiguration) ?? AWS_OWNED_KEY;
    let activity = context.activities.find(arn);
    if (activity && JSON.stringify(activity.encryption) !== JSON.stringify(encryption))
      throw activityAlreadyExists(arn);
    if (!activity) {
      activity = { arn, name, createdAtMs: context.env.clock.nowMs(), tags: tagMap(tags), encryption };
      context.activities.save(activity);
    }
    return { activityArn: arn, creationDate: seconds(activity.createdAtMs) };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteActivity.html */
export const deleteActivity = defineOperation<StepFunctionsContext, DeleteActivityCommandInput>({
  name: 'DeleteActivity',
  permission: ({ activityArn }) => [statesCall('DeleteActivity', activityArn)],
  handle(context, { activityArn }) {
    parseArnOf(activityArn, 'activity');
    context.activities.remove(activityArn);
    return {};
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeActivity.html */
export const describeActivity = defineOperation<StepFunctionsContext, DescribeActivityCommandInput>({
  name: 'DescribeActivity',
  permission: ({ activityArn }) => [statesCall('DescribeActivity', activityArn)],
  handle(context, { activityArn }) {
    parseArnOf(activityArn, 'activity');
    const { arn, name, createdAtMs, encryption } = context.activities.get(activityArn);
    return {
      activityArn: arn,
      name,
      creationDate: seconds(createdAtMs),
      encryptionConfiguration: encryption,
    };
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListActivities.html */
export const listActivities = defineOperation<StepFunctionsContext, ListActivitiesCommandInput>({
  name: 'ListActivities',
  permission: () => [statesCall('ListActivities', '*')],
  handle(context, input) {
    const page = statesPage(byName(context.activities.all()), input, {
      list: 'ListActivities',
      keyOf: ({ name }) => name,
    });
    return {
      activities: page.entries.map(({ arn, name, createdAtMs }) => ({
        activityArn: arn,
        name,
        creationDate: seconds(createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});

/** AWS answers with nothing after this long: in wall time for clients, whose connections live there. */
const LONG_POLL_MS = 60_000;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html */
export const getActivityTask = defineOperation<StepFunctionsContext, GetActivityTaskCommandInput>({
  name: 'GetActivityTask',
  permission: ({ activityArn }) => [statesCall('GetActivityTask', activityArn)],
  input: { workerName: { max: 80 } },
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
