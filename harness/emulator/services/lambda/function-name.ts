/** The ways a function is named: name, partial ARN, whole ARN, each with or without qualifier. */
import { AwsError } from '../../../core/errors.ts';
import { invalidParameter, resourceNotFound, validation, violation } from './errors.ts';

export interface FunctionReference {
  name: string;
  /** `$LATEST`, a version number, an alias; absent when none was given. */
  qualifier?: string;
  /** Where the ARN says that the function is; absent for a name. */
  region?: string;
  accountId?: string;
}

const NAME =
  /^(?:arn:aws[a-zA-Z-]*:lambda:([a-z]{2}(?:-[a-z]+)?-[a-z-]+\d):(\d{12}):function:|(\d{12}):(?:function:)?|function:)?([a-zA-Z0-9-_]{1,140})(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

const CONSTRAINT =
  'Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

const MAX_ARN_CHARACTERS = 140;
const MAX_NAME_CHARACTERS = 64;

/** @throws AwsError ValidationException, InvalidParameterValueException */
function parseFunctionName(text: string): FunctionReference {
  const match = NAME.exec(text);
  if (text.length > MAX_ARN_CHARACTERS) {
    throw validation(text, 'functionName', 'Member must have length less than or equal to 140');
  }
  if (!match) throw validation(text, 'functionName', CONSTRAINT);
  const [, region, account, partialAccount, name = '', qualifier] = match;
  if (name.length > MAX_NAME_CHARACTERS) {
    const constraint = 'Member must have length less than or equal to 64';
    throw invalidParameter(`1 validation error detected: ${violation(name, 'functionName', constraint)}`);
  }
  const accountId = account ?? partialAccount;
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(region === undefined ? {} : { region }),
    ...(accountId === undefined ? {} : { accountId }),
  };
}

const QUALIFIER = /^(?:\$LATEST|[a-zA-Z0-9$_-]{1,128})$/;
/** What can be an alias and no version. */
const ALIAS = /^(?!\d+$)[0-9a-zA-Z-_]+$/;

/** True when a qualifier can only be the name of an alias. */
export const isAliasName = (qualifier: string): boolean => ALIAS.test(qualifier);

/**
 * The reference of a request whose qualifier may stand in the name or beside it.
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function functionReference(text: string, qualifier?: string): FunctionReference {
  if (qualifier !== undefined && qualifier !== '' && !QUALIFIER.test(qualifier)) {
    throw validation(
      qualifier,
      'qualifier',
      'Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)',
    );
  }
  const reference = parseFunctionName(text);
  if (qualifier === undefined || qualifier === '') return reference;
  if (reference.qualifier !== undefined && reference.qualifier !== qualifier) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { ...reference, qualifier };
}

/**
 * The same reference, when it names no other region or account than this one.
 * @throws AwsError ResourceNotFoundException, AccessDeniedException
 */
export function reachable(
  env: { region: string; accountId: string },
  reference: FunctionReference,
): FunctionReference {
  const { region, accountId } = reference;
  if (region !== undefined && region !== env.region) {
    throw resourceNotFound(`Functions from '${region}' are not reachable in this region ('${env.region}')`);
  }
  if (accountId !== undefined && accountId !== env.accountId) {
    throw new AwsError('AccessDeniedException', '', 403);
  }
  return reference;
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
