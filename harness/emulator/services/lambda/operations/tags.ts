/** Tags of functions and code signing configurations. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
import type {
  ListTagsCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-lambda';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation, type Operation } from '../../../http/operation.ts';
import type { Permission } from '../../../http/permission.ts';
import type { LambdaContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { ownFunction } from '../function-name.ts';

const MAX_TAGS = 50;

/** @throws AwsError InvalidParameterValueException */
export function checkTagCount(tags: object): void {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw invalidParameter('Number of tags exceeds resource tag limit.');
  }
}

/** What an ARN of a tag operation names. */
interface Tagged {
  readonly tags: { readonly [key: string]: string };
  retag(tags: { [key: string]: string }): void;
}

/** @throws AwsError ResourceNotFoundException, InvalidParameterValueException */
function tagged({ env, store, codeSigning }: LambdaContext, arn = ''): Tagged {
  if (arn.includes(':code-signing-config:')) {
    const config = codeSigning.get(arn);
    return { tags: config.tags, retag: (tags) => codeSigning.save({ ...config, tags }) };
  }
  const { name, qualifier } = ownFunction(env, { FunctionName: arn });
  if (qualifier !== undefined) {
    throw invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  }
  const found = store.get({ name });
  return {
    tags: found.tags,
    retag(tags) {
      found.tags = tags;
      found.latest.revisionId = uuid(env.random);
      store.save(found);
    },
  };
}

const onResource =
  (action: string): Permission<LambdaContext, { Resource?: string | undefined }> =>
  ({ Resource = '*' }) => [{ action: `lambda:${action}`, resource: Resource }];

const tagResource = defineOperation<LambdaContext, TagResourceCommandInput, undefined>({
  name: 'TagResource',
  permission: onResource('TagResource'),
  handle(context, { Resource, Tags: tags = {} }) {
    if (Object.keys(tags).length === 0) {
      throw invalidParameter('An error occurred and the request cannot be processed.');
    }
    const resource = tagged(context, Resource);
    const all = { ...resource.tags, ...tags };
    checkTagCount(all);
    resource.retag(all);
    return undefined;
  },
});

const untagResource = defineOperation<LambdaContext, UntagResourceCommandInput, undefined>({
  name: 'UntagResource',
  permission: onResource('UntagResource'),
  handle(context, { Resource, TagKeys: keys = [] }) {
    const resource = tagged(context, Resource);
    const left = Object.entries(resource.tags).filter(([key]) => !keys.includes(key));
    resource.retag(Object.fromEntries(left));
    return undefined;
  },
});

const listTags = defineOperation<LambdaContext, ListTagsCommandInput>({
  name: 'ListTags',
  permission: onResource('ListTags'),
  handle: (context, { Resource }) => ({ Tags: tagged(context, Resource).tags }),
});

export const tagOperations: readonly Operation<LambdaContext>[] = [listTags, tagResource, untagResource];
