import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { tagged } from '../tags.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html */
export const listTagsForResource = statesOperation({
  name: 'ListTagsForResource',
  read: (members) => ({ resourceArn: members.text('resourceArn', ARN_RULES) }),
  handle(context, { resourceArn }) {
    const { tags } = tagged(context, resourceArn);
    return { tags: [...tags].map(([key, value]) => ({ key, value })) };
  },
});
