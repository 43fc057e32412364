/**
 * How requests name log groups and streams: permissions and operations read the same members in the same way.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
import { AwsError } from '../../../core/errors.ts';
import { formatArn, parseArn, partitionOf } from '../../arn.ts';
import type { AuthorizedCall } from '../../http/permission.ts';
import { logStreamArn } from '../log-stream-arn.ts';
import type { ServiceEnvironment } from '../ports.ts';
import type { LogsContext } from './context.ts';
import { invalidParameter, noSuchGroup } from './errors.ts';
import type { LogGroup } from './store/log-group.ts';

/** The region and account that this service stands for. */
type Location = Pick<ServiceEnvironment, 'region' | 'accountId'>;

/** Members that name one log group; AWS takes one of them. */
export interface GroupMembers {
  logGroupName?: string | undefined;
  /** A name or an ARN. */
  logGroupIdentifier?: string | undefined;
}

const MAX_NAME_LENGTH = 512;

/** ARN of a resource of this service: `logsArn(env, 'destination', 'd')`. */
export const logsArn = ({ region, accountId }: Location, kind: string, name: string): string =>
  formatArn({
    partition: partitionOf(region),
    service: 'logs',
    region,
    accountId,
    resource: `${kind}:${name}`,
  });

/** ARN of a group, without the `:*` that stands for its streams. */
export const groupArn = (location: Location, groupName: string): string =>
  logsArn(location, 'log-group', groupName);

/** The name that a name or an ARN gives; undefined for an ARN of another region, account or kind. */
export function groupNameOf(identifier: string, { region, accountId }: Location): string | undefined {
  // No name holds a colon.
  if (!identifier.startsWith('arn:')) return identifier;
  const arn = parseArn(identifier);
  if (arn?.service !== 'logs' || arn.region !== region || arn.accountId !== accountId) return undefined;
  return /^log-group:([^:]+)(?::\*)?$/.exec(arn.resource)?.[1];
}

/** @throws AwsError ResourceNotFoundException for an ARN of another region, account or kind */
export function ownGroupName(identifier: string, location: Location): string {
  const name = groupNameOf(identifier, location);
  if (name === undefined) throw noSuchGroup();
  return name;
}

/** The permission of an operation on a group, or on one of its streams. */
export function groupCall(
  operation: string,
  location: Location,
  identifier: string | undefined,
  streamName = '',
): AuthorizedCall {
  const name = identifier === undefined ? undefined : groupNameOf(identifier, location);
  return {
    action: `logs:${operation}`,
    resource: name === undefined ? (identifier ?? '*') : logStreamArn(location, name, streamName),
  };
}

/** The permission of an operation that concerns no group, or any. */
export const logsCall = (operation: string, resource = '*'): AuthorizedCall => ({
  action: `logs:${operation}`,
  resource,
});

/** The permissions of an operation on every group that the members name. */
export function groupCalls(
  operation: string,
  location: Location,
  { logGroupName, logGroupIdentifier }: GroupMembers,
  streamName?: string,
): AuthorizedCall[] {
  const named = [logGroupName, logGroupIdentifier].filter((one) => one !== undefined);
  if (named.length === 0) return [logsCall(operation)];
  return named.map((one) => groupCall(operation, location, one, streamName));
}

/** Source of the text: recorded answers. @throws AwsError InvalidParameterException */
export function checkedName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  throw invalidParameter(
    `Invalid LogGroup or LogStream, both must have length less than or equal to ${MAX_NAME_LENGTH}.`,
  );
}

/** The group that the members name. @throws AwsError ResourceNotFoundException */
export function groupOf({ env, store }: LogsContext, members: GroupMembers): LogGroup {
  const { logGroupName, logGroupIdentifier } = members;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new AwsError(
      'ValidationException',
      'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    );
  }
  if (logGroupIdentifier?.endsWith('*')) {
    throw invalidParameter(
      `1 validation error detected: Value '${logGroupIdentifier}' at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*`,
    );
  }
  if (logGroupIdentifier !== undefined) return store.group(ownGroupName(logGroupIdentifier, env));
  if (logGroupName === undefined) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
    );
  }
  return store.group(checkedName(logGroupName));
}
