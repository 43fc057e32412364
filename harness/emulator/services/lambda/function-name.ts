/**
 * The ways a function is named: name, partial ARN, whole ARN, each with or without qualifier. One parser serves the
 * permissions, the operations and the calls of other services.
 */
import { AwsError } from '../../../core/errors.ts';
import { parseArn, partitionOf } from '../../arn.ts';
import table from '../../models/lambda.json' with { type: 'json' };
import { invalidParameter, resourceNotFound, validationException, violated } from './errors.ts';

export interface FunctionReference {
  name: string;
  /** `$LATEST`, a version number, an alias; absent when none was given. */
  qualifier?: string;
  /** Region and account of an ARN; absent for a name. */
  region?: string;
  accountId?: string;
}

/** Members of an input that name a function. */
export interface NamedFunction {
  FunctionName?: string | undefined;
  Qualifier?: string | undefined;
}

/** Where this emulator's functions are. */
export interface FunctionPlace {
  region: string;
  accountId: string;
}

/** AWS's pattern (NamespacedFunctionName), with its parts captured. */
const NAME =
  /^(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:((?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?$/;

const { max: MAX_CHARACTERS, pattern: PATTERN } = table.shapes.NamespacedFunctionName;

/** The parts of a function's name or ARN; undefined for a text that is neither. */
export function parseFunctionName(text: string): FunctionReference | undefined {
  const match = text.length > MAX_CHARACTERS ? null : NAME.exec(text);
  if (!match) return undefined;
  const [, region, accountId, name = '', qualifier] = match;
  return {
    name,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(region === undefined ? {} : { region }),
    ...(accountId === undefined ? {} : { accountId }),
  };
}

/** True when a qualifier can only be the name of an alias. */
export const isAliasName = (qualifier: string): boolean => /^(?!\d+$)[0-9a-zA-Z-_]+$/.test(qualifier);

/**
 * The function that an input names; its qualifier may stand in the name or beside it.
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function functionReference({
  FunctionName: text = '',
  Qualifier: qualifier = '',
}: NamedFunction): FunctionReference {
  const reference = parseFunctionName(text);
  if (!reference) {
    const constraint = `Member must satisfy regular expression pattern: ${PATTERN}`;
    throw validationException(violated(text, 'functionName', constraint));
  }
  if (qualifier === '') return reference;
  if (reference.qualifier !== undefined && reference.qualifier !== qualifier) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { ...reference, qualifier };
}

/**
 * The function that an input names, when it is one of this region and account.
 * @throws AwsError ValidationException, InvalidParameterValueException, ResourceNotFoundException,
 * AccessDeniedException
 */
export function ownFunction(place: FunctionPlace, named: NamedFunction): FunctionReference {
  const reference = functionReference(named);
  const { region, accountId } = reference;
  if (region !== undefined && region !== place.region) {
    throw resourceNotFound(`Functions from '${region}' are not reachable in this region ('${place.region}')`);
  }
  if (accountId !== undefined && accountId !== place.accountId) {
    throw new AwsError('AccessDeniedException', '', 403);
  }
  return reference;
}

/** ARN of a resource of Lambda in this region and account, e.g. `layer:NAME:1`. */
export const lambdaArn = ({ region, accountId }: FunctionPlace, resource: string): string =>
  `arn:${partitionOf(region)}:lambda:${region}:${accountId}:${resource}`;

/** ARN of a function, with its qualifier when one is given. */
export const functionArn = (place: FunctionPlace, name: string, qualifier?: string): string =>
  lambdaArn(place, `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`);

/** ARN of a layer that is named by name or ARN. */
export const layerArn = (place: FunctionPlace, nameOrArn: string): string =>
  parseArn(nameOrArn) ? nameOrArn : lambdaArn(place, `layer:${nameOrArn}`);
