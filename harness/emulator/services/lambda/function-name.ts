/** The ways a function is named: name, partial ARN, whole ARN, each with or without qualifier. */
import { validation } from './errors.ts';

export interface FunctionReference {
  name: string;
  /** `$LATEST`, a version number, an alias; absent when none was given. */
  qualifier?: string;
}

const NAME =
  /^(?:arn:(?:aws[a-zA-Z-]*):lambda:([a-z]{2}(?:-gov)?-[a-z-]+\d):(\d{12}):function:|(\d{12}):(?:function:)?|function:)?([a-zA-Z0-9-_]{1,64})(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

const CONSTRAINT =
  'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

/** @throws AwsError ValidationException */
function parseFunctionName(text: string): FunctionReference {
  const match = NAME.exec(text);
  if (!match) throw validation(text, 'functionName', CONSTRAINT);
  const [, , , , name, qualifier] = match;
  return { name: name!, ...(qualifier === undefined ? {} : { qualifier }) };
}

const QUALIFIER = /^(?:\$LATEST|[a-zA-Z0-9-_]{1,128})$/;

/**
 * The reference of a request whose qualifier may stand in the name or beside it.
 * @throws AwsError ValidationException
 */
export function functionReference(text: string, qualifier?: string): FunctionReference {
  const reference = parseFunctionName(text);
  if (qualifier === undefined) return reference;
  if (!QUALIFIER.test(qualifier)) {
    throw validation(
      qualifier,
      'qualifier',
      'Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)',
    );
  }
  if (reference.qualifier !== undefined && reference.qualifier !== qualifier) {
    throw validation(
      qualifier,
      'qualifier',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name: reference.name, qualifier };
}

/** ARN of a function, with its qualifier when one is given. */
export function functionArn(
  env: { region: string; accountId: string },
  name: string,
  qualifier?: string,
): string {
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return `arn:aws:lambda:${env.region}:${env.accountId}:function:${name}${suffix}`;
}
