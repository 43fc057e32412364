import { parseArnOf } from '../arn.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteActivity.html */
export const deleteActivity = statesOperation({
  name: 'DeleteActivity',
  read: (members) => ({ activityArn: members.text('activityArn', ARN_RULES) }),
  handle(context, { activityArn }) {
    parseArnOf(activityArn, 'activity');
    context.activities.remove(activityArn);
    return {};
  },
});
