/** Lambda's errors, with the texts AWS answers. Source: recorded answers and the API reference. */
import { AwsError } from '../../../core/errors.ts';
import { validationMessage } from '../../http/model/validate.ts';

export const functionNotFound = (arn: string) =>
  new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { details: { Type: 'User' } });

export const resourceNotFound = (message: string) =>
  new AwsError('ResourceNotFoundException', message, 404, { details: { Type: 'User' } });

export const resourceConflict = (message: string) =>
  new AwsError('ResourceConflictException', message, 409, { details: { Type: 'User' } });

export const invalidParameter = (message: string) =>
  new AwsError('InvalidParameterValueException', message, 400, { details: { Type: 'User' } });

export const validationException = (message: string) => new AwsError('ValidationException', message);

/** AWS's sentence about one violated constraint; null stands for an absent member. */
export const violated = (value: string | null, path: string, constraint: string): string =>
  validationMessage([{ path, shown: value === null ? 'null' : `'${value}'`, constraint }]);

/** `source` is the operation that tells the latest revision. */
export const preconditionFailed = (
  source: 'GetFunction/GetAlias' | 'GetLayerPolicy' = 'GetFunction/GetAlias',
) =>
  new AwsError(
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${source} API to retrieve the latest Revision Id`,
    412,
    { details: { Type: 'User' } },
  );

/** A layer of another account that has not been shared. */
export const layerAccessDenied = (callerArn: string, layerVersionArn: string) =>
  new AwsError(
    'AccessDeniedException',
    `User: ${callerArn} is not authorized to perform: lambda:GetLayerVersion on resource: ${layerVersionArn} because no resource-based policy allows the lambda:GetLayerVersion action`,
    403,
  );

/** AWS's text in operations on layers, policies and function URLs. */
export const resourceDoesNotExist = () => resourceNotFound('The resource you requested does not exist.');

/** A payload or request larger than `limitBytes`. */
export const requestTooLarge = (limitBytes: number, operation: string, code = 'RequestTooLargeException') =>
  new AwsError(code, `Request must be smaller than ${limitBytes} bytes for the ${operation} operation`, 413, {
    details: { Type: 'User' },
  });

/** Why an invocation was throttled. Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export type ThrottleReason =
  | 'ConcurrentInvocationLimitExceeded'
  | 'ReservedFunctionConcurrentInvocationLimitExceeded'
  | 'FunctionInvocationRateLimitExceeded'
  | 'ReservedFunctionInvocationRateLimitExceeded'
  | 'CallerRateLimitExceeded';

export const tooManyRequests = (reason: ThrottleReason) =>
  new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
    details: { Reason: reason, Type: 'User' },
  });
