import { pageOf } from '../../../http/pages.ts';
import { invalidPaginationToken } from '../errors.ts';
import { readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListActivities.html */
export const listActivities = statesOperation({
  name: 'ListActivities',
  read: readPage,
  handle(context, { maxResults, nextToken }) {
    const activities = [...context.activities.all()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageOf(activities, {
      list: 'ListActivities',
      maxResults,
      nextToken,
      invalidToken: invalidPaginationToken,
      keyOf: (activity) => activity.name,
      isAfter: (activity, key) => activity.name > key,
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
