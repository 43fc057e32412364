/** Lambda's errors, with the texts AWS answers. Source: recorded answers and the API reference. */
import { AwsError } from '../../../core/errors.ts';

export const functionNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { details: { Type: 'User' } });

export const resourceNotFound = (message: string) =>
  new AwsError('ResourceNotFoundException', message, 404, { details: { Type: 'User' } });

export const resourceConflict = (message: string) =>
  new AwsError('ResourceConflictException', message, 409, { details: { Type: 'User' } });

export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameterValueException', message, 400, { details: { Type: 'User' } });

export const validation = (value: unknown, member: string, constraint: string) =>
  new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );

export const preconditionFailed = () =>
  new AwsError(
    'PreconditionFailedException',
    'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId for your resource.',
    412,
    { details: { Type: 'User' } },
  );

/** A payload or request larger than `limitBytes`. */
export const requestTooLarge = (limitBytes: number, operation: string, code = 'RequestTooLargeException') =>
  new AwsError(code, `Request must be smaller than ${limitBytes} bytes for the ${operation} operation`, 413, {
    details: { Type: 'User' },
  });

export const tooManyRequests = (
  reason: 'ConcurrentInvocationLimitExceeded' | 'ReservedFunctionConcurrentInvocationLimitExceeded',
) =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    details: { Reason: reason, Type: 'User' },
  });

export const codeStorageExceeded = (message: string) =>
  new AwsError('CodeStorageExceededException', message, 400, { details: { Type: 'User' } });
