import { AwsError } from '../../../core/errors.ts';

/** Source of the texts: recorded answers of CloudWatch Logs. */
export const noSuchGroup = () =>
  new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');

export const noSuchStream = () =>
  new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');

export const groupExists = () =>
  new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');

export const streamExists = () =>
  new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');

export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);

export const invalidToken = () => invalidParameter('The specified nextToken is invalid.');

export const noSuchQueriedGroup = (name: string, accountId: string) =>
  new AwsError(
    'ResourceNotFoundException',
    `Log group '${name}' does not exist for account ID '${accountId}'`,
  );

export const noSuchQuery = (id: string) =>
  new AwsError('ResourceNotFoundException', `Query ${id} does not exist.`);

export const noSuchFilter = (kind: 'metric' | 'subscription') =>
  new AwsError('ResourceNotFoundException', `The specified ${kind} filter does not exist.`);

export const limitExceeded = () => new AwsError('LimitExceededException', 'Resource limit exceeded.');

export const noSuchQueryDefinition = () =>
  new AwsError('ResourceNotFoundException', 'The specified query definition does not exist.');
