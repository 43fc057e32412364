/** Tags of functions and code signing configurations. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
import { uuid } from '../../../core/ids.ts';
import { codeSigningConfig } from './code-signing.ts';
import type { LambdaContext } from './context.ts';
import { invalidParameter, validation } from './errors.ts';
import { functionReference, reachable } from './function-name.ts';

const MAX_TAGS = 50;

const RESOURCE =
  /^arn:(?:aws[a-zA-Z-]*)?:lambda:[a-z]{2}(?:-[a-z]+)?-[a-z-]+\d:\d{12}:(?:function:[a-zA-Z0-9-_]+(?::(?:\$LATEST|[a-zA-Z0-9-_]+))?|layer:[a-zA-Z0-9-_]+|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[a-z0-9-]{36})$/;

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

/**
 * Functions and code signing configurations have tags.
 * @throws AwsError ValidationException, ResourceNotFoundException, InvalidParameterValueException
 */
export function tagged({ env, store, codeSigning }: LambdaContext, arn: string): Tagged {
  if (!RESOURCE.test(arn)) {
    throw validation(
      arn,
      'resource',
      'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:[a-zA-Z0-9-_]+)',
    );
  }
  if (arn.includes(':code-signing-config:')) {
    const config = codeSigningConfig(codeSigning, arn);
    return { tags: config.tags, retag: (tags) => codeSigning.save({ ...config, tags }) };
  }
  const { name, qualifier } = reachable(env, functionReference(arn));
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
