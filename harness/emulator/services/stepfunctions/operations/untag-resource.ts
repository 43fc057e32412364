import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { tagged } from '../tags.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UntagResource.html */
export const untagResource = statesOperation({
  name: 'UntagResource',
  read: (members) => ({
    resourceArn: members.text('resourceArn', ARN_RULES),
    tagKeys: members.optionalList('tagKeys') ?? [],
  }),
  handle(context, { resourceArn, tagKeys }) {
    const { tags, save } = tagged(context, resourceArn);
    for (const key of tagKeys) tags.delete(String(key));
    save();
    return {};
  },
});
