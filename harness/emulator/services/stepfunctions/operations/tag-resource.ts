import { validationError } from '../errors.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { readTags, tagged } from '../tags.ts';

const MAX_TAGS = 50;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html */
export const tagResource = statesOperation({
  name: 'TagResource',
  read: (members) => ({ resourceArn: members.text('resourceArn', ARN_RULES), tags: readTags(members) ?? [] }),
  handle(context, input) {
    const { tags, save } = tagged(context, input.resourceArn);
    const after = new Map([...tags, ...input.tags.map(({ key, value }): [string, string] => [key, value])]);
    if (after.size > MAX_TAGS) throw validationError(`A resource can have at most ${MAX_TAGS} tags.`);
    for (const [key, value] of after) tags.set(key, value);
    save();
    return {};
  },
});
