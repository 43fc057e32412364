import { checkName } from '../names.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import { readTags } from '../tags.ts';

/** Idempotent by name. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html */
export const createActivity = statesOperation({
  name: 'CreateActivity',
  read: (members) => ({ name: members.text('name', { min: 1 }), tags: readTags(members) ?? [] }),
  handle(context, { name, tags }) {
    const arn = context.arns.activity(checkName(name));
    let activity = context.activities.find(arn);
    if (!activity) {
      activity = {
        arn,
        name,
        createdAtMs: context.env.clock.nowMs(),
        tags: new Map(tags.map(({ key, value }) => [key, value])),
      };
      context.activities.add(activity);
    }
    return { activityArn: arn, creationDate: seconds(activity.createdAtMs) };
  },
});
