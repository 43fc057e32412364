/** AWS's errors of Step Functions with AWS's own sentences (recorded answers where there are any). */
import { AwsError } from '../../../core/errors.ts';

export const invalidArn = (why: string) => new AwsError('InvalidArn', `Invalid Arn: '${why}'`);

export const wrongResourceType = (type: string) =>
  invalidArn(`Resource type not valid in this context: ${type}`);

export const invalidName = (name: string) => new AwsError('InvalidName', `Invalid Name: '${name}'`);

export const stateMachineDoesNotExist = (arn: string) =>
  new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);

export const stateMachineDeleting = (arn: string) =>
  new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);

export const stateMachineTypeNotSupported = () =>
  new AwsError(
    'StateMachineTypeNotSupported',
    'This operation is not supported by this type of state machine',
  );

export const executionDoesNotExist = (arn: string) =>
  new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);

export const executionAlreadyExists = (arn: string) =>
  new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);

export const activityDoesNotExist = (arn: string) =>
  new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);

export const activityAlreadyExists = (arn: string) =>
  new AwsError('ActivityAlreadyExists', `Activity Already Exists: '${arn}'`);

/** Aliases, versions and Map Runs that are not there. */
export const resourceNotFound = () =>
  new AwsError('ResourceNotFound', 'Request references a resource that does not exist.');

/** Tags of something that cannot carry them or is not there. */
export const taggedResourceNotFound = (arn: string) =>
  new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);

export const validationError = (message: string) => new AwsError('ValidationException', message);

export const conflict = (message: string) => new AwsError('ConflictException', message);

export const invalidToken = () => new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");

export const taskTimedOut = () =>
  new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");

export const invalidExecutionInput = (why: string) =>
  new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`);

export const invalidDefinition = (message: string) => new AwsError('InvalidDefinition', message);

export const invalidLoggingConfiguration = (why: string) =>
  new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${why}`);

export const invalidEncryptionConfiguration = (why: string) =>
  new AwsError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${why}`);

export const invalidPaginationToken = () => new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");

export const throttled = () => new AwsError('ThrottlingException', 'Rate exceeded');

export const accessDenied = (message: string) => new AwsError('AccessDeniedException', message, 400);
