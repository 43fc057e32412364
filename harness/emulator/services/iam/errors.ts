import { AwsError } from '../../../core/errors.ts';

/** Source of the texts: recorded answers of IAM. */
export const noSuchRole = (name: string) =>
  new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);

export const noSuchUser = (name: string) =>
  new AwsError('NoSuchEntity', `The user with name ${name} cannot be found.`, 404);

export const noSuchGroup = (name: string) =>
  new AwsError('NoSuchEntity', `The group with name ${name} cannot be found.`, 404);

export const noSuchInstanceProfile = (name: string) =>
  new AwsError('NoSuchEntity', `Instance Profile ${name} cannot be found.`, 404);

export const noSuchKey = (id: string) =>
  new AwsError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`, 404);

export const noSuchPolicy = (arn: string) =>
  new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);

export const notOwnPolicy = (arn: string) =>
  new AwsError('AccessDenied', `Policy ${arn} is managed by AWS and cannot be changed.`, 403);

export const notAttachable = (arn: string) =>
  new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);

export const noSuchBoundary = (arn: string) =>
  new AwsError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`, 404);

export const invalidBoundary = (arn: string) =>
  new AwsError('InvalidParameterValue', `Value (${arn}) for parameter PermissionsBoundary is invalid.`);

export const noSuchOidcProvider = (arn: string) =>
  new AwsError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`, 404);

export const noSuchEntityArn = (arn: string) =>
  new AwsError('NoSuchEntity', `Entity ${arn} does not exist.`, 404);

export const noSuchVersion = (arn: string, versionId: string) =>
  new AwsError(
    'NoSuchEntity',
    `Policy ${arn} version ${versionId} does not exist or is not attachable.`,
    404,
  );

/** @param kind `role` */
export const noSuchInlinePolicy = (kind: string, name: string) =>
  new AwsError('NoSuchEntity', `The ${kind} policy with name ${name} cannot be found.`, 404);

export const noSuchAttachment = (arn: string) =>
  new AwsError('NoSuchEntity', `Policy ${arn} was not found.`, 404);

export const alreadyExists = (message: string) => new AwsError('EntityAlreadyExists', message, 409);

export const deleteConflict = (message: string) => new AwsError('DeleteConflict', message, 409);

export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocument', message);

export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message, 409);

export const validationError = (message: string) => new AwsError('ValidationError', message);

export const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);

export const serviceFailure = () =>
  new AwsError(
    'ServiceFailure',
    'The request processing has failed because of an unknown error, exception or failure.',
    500,
  );
