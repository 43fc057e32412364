import type {
  ListTagsForResourceCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-sfn';
import { defineOperation } from '../../../http/operation.ts';
import type { StepFunctionsContext } from '../context.ts';
import { validationError } from '../errors.ts';
import { statesCall } from '../operation.ts';
import { tagged, tagMap } from '../tags.ts';

const MAX_TAGS = 50;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html */
export const tagResource = defineOperation<StepFunctionsContext, TagResourceCommandInput>({
  name: 'TagResource',
  permission: ({ resourceArn }) => [statesCall('TagResource', resourceArn)],
  handle(context, input) {
    const { tags, save } = tagged(context, input.resourceArn);
    const after = new Map([...tags, ...tagMap(input.tags)]);
    if (after.size > MAX_TAGS) throw validationError(`A resource can have at most ${MAX_TAGS} tags.`);
    for (const [key, value] of after) tags.set(key, value);
    save();
    return {};
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UntagResource.html */
export const untagResource = defineOperation<StepFunctionsContext, UntagResourceCommandInput>({
  name: 'UntagResource',
  permission: ({ resourceArn }) => [statesCall('UntagResource', resourceArn)],
  handle(context, { resourceArn, tagKeys }) {
    const { tags, save } = tagged(context, resourceArn);
    for (const key of tagKeys) tags.delete(key);
    save();
    return {};
  },
});

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html */
export const listTagsForResource = defineOperation<StepFunctionsContext, ListTagsForResourceCommandInput>({
  name: 'ListTagsForResource',
  permission: ({ resourceArn }) => [statesCall('ListTagsForResource', resourceArn)],
  handle(context, { resourceArn }) {
    const { tags } = tagged(context, resourceArn);
    return { tags: [...tags].map(([key, value]) => ({ key, value })) };
  },
});
