import { parseArnOf } from '../arn.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeActivity.html */
export const describeActivity = statesOperation({
  name: 'DescribeActivity',
  read: (members) => ({ activityArn: members.text('activityArn', ARN_RULES) }),
  handle(context, { activityArn }) {
    parseArnOf(activityArn, 'activity');
    const { arn, name, createdAtMs } = context.activities.get(activityArn);
    return {
      activityArn: arn,
      name,
      creationDate: seconds(createdAtMs),
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    };
  },
});
