/** Tags of functions. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html */
import { invalidParameter, validation } from './errors.ts';
import { functionReference, reachable } from './function-name.ts';
import type { LambdaFunction } from './store/entities.ts';
import type { FunctionStore } from './store/function-store.ts';

const MAX_TAGS = 50;

const RESOURCE =
  /^arn:(?:aws[a-zA-Z-]*)?:lambda:[a-z]{2}(?:-[a-z]+)?-[a-z-]+\d:\d{12}:(?:function:[a-zA-Z0-9-_]+(?::(?:\$LATEST|[a-zA-Z0-9-_]+))?|layer:[a-zA-Z0-9-_]+|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[a-z0-9-]{36})$/;

/** @throws AwsError InvalidParameterValueException */
export function checkTagCount(tags: object): void {
  if (Object.keys(tags).length > MAX_TAGS) {
    throw invalidParameter('Number of tags exceeds resource tag limit.');
  }
}

/**
 * The function that an ARN of a tag operation names.
 * @throws AwsError ValidationException, ResourceNotFoundException, InvalidParameterValueException
 */
export function taggedFunction(
  store: FunctionStore,
  env: { region: string; accountId: string },
  arn: string,
): LambdaFunction {
  if (!RESOURCE.test(arn)) {
    throw validation(
      arn,
      'resource',
      'Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:[a-zA-Z0-9-_]+)',
    );
  }
  const { name, qualifier } = reachable(env, functionReference(arn));
  if (qualifier !== undefined) {
    throw invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
  }
  return store.get({ name });
}
