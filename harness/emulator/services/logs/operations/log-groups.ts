import type {
  CreateLogGroupCommandInput,
  DeleteLogGroupCommandInput,
  DeleteRetentionPolicyCommandInput,
  DescribeLogGroupsCommandInput,
  ListLogGroupsCommandInput,
  PutRetentionPolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { checkedName, groupArn, groupCall, groupOf, logsCall } from '../names.ts';
import { logsPage } from '../pages.ts';
import type { LogGroup } from '../store/log-group.ts';

export const createLogGroup = defineOperation<LogsContext, CreateLogGroupCommandInput>({
  name: 'CreateLogGroup',
  permission: ({ logGroupName }, { env }) => [groupCall('CreateLogGroup', env, logGroupName)],
  handle({ env, store }, { logGroupName, kmsKeyId, logGroupClass, tags = {} }) {
    store.create({
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      ...(logGroupClass === undefined ? {} : { logGroupClass }),
      logGroupName: checkedName(logGroupName),
      creationTimeMs: env.clock.nowMs(),
      tags,
    });
    return {};
  },
});

export const deleteLogGroup = defineOperation<LogsContext, DeleteLogGroupCommandInput>({
  name: 'DeleteLogGroup',
  permission: ({ logGroupName }, { env }) => [groupCall('DeleteLogGroup', env, logGroupName)],
  handle({ store }, { logGroupName }) {
    store.delete(checkedName(logGroupName));
    return {};
  },
});

/** A group as DescribeLogGroups shows it. */
function describeGroup(env: LogsContext['env'], group: LogGroup): object {
  const { logGroupName, creationTimeMs, retentionInDays, kmsKeyId, logGroupClass, metricFilters } =
    group.settings;
  const arn = groupArn(env, logGroupName);
  return {
    logGroupName,
    creationTime: creationTimeMs,
    retentionInDays,
    metricFilterCount: metricFilters?.length ?? 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: group.storedBytes,
    logGroupClass: logGroupClass ?? 'STANDARD',
    kmsKeyId,
  };
}

export const describeLogGroups = defineOperation<LogsContext, DescribeLogGroupsCommandInput>({
  name: 'DescribeLogGroups',
  // AWS asks for all groups, whatever the filter.
  permission: (_input, { env }) => [groupCall('DescribeLogGroups', env, '')],
  handle({ env, store }, input) {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
    if (prefix !== undefined && pattern !== undefined) {
      throw invalidParameter(
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      );
    }
    const names = [...store.groups.keys()]
      .filter((name) => name.startsWith(prefix ?? ''))
      .filter((name) => pattern === undefined || name.toLowerCase().includes(pattern.toLowerCase()))
      .sort();
    const page = logsPage(names, input, {
      list: `DescribeLogGroups ${prefix} ${pattern}`,
      size: input.limit,
      keyOf: (name) => name,
    });
    return {
      logGroups: page.entries.map((name) => ({
        ...describeGroup(env, store.group(name)),
        // Absent where a pattern selects the groups (recorded).
        ...(pattern === undefined ? { deletionProtectionEnabled: false } : {}),
      })),
      nextToken: page.nextToken,
    };
  },
});

/** `^` ties a pattern to the beginning of the name; `|` separates alternatives. */
function patternMatcher(pattern: string): (name: string) => boolean {
  const alternatives = pattern.split('|');
  return (name) =>
    alternatives.some((one) => (one.startsWith('^') ? name.startsWith(one.slice(1)) : name.includes(one)));
}

export const listLogGroups = defineOperation<LogsContext, ListLogGroupsCommandInput>({
  name: 'ListLogGroups',
  permission: () => [logsCall('ListLogGroups')],
  handle({ env, store }, input) {
    const { logGroupNamePattern: pattern = '' } = input;
    const page = logsPage([...store.groups.keys()].filter(patternMatcher(pattern)).sort(), input, {
      list: `ListLogGroups ${pattern}`,
      size: input.limit,
      keyOf: (name) => name,
    });
    return {
      logGroups: page.entries.map((name) => ({
        logGroupName: name,
        logGroupArn: groupArn(env, name),
        logGroupClass: store.group(name).settings.logGroupClass ?? 'STANDARD',
      })),
      nextToken: page.nextToken,
    };
  },
});

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const putRetentionPolicy = defineOperation<LogsContext, PutRetentionPolicyCommandInput>({
  name: 'PutRetentionPolicy',
  permission: ({ logGroupName }, { env }) => [groupCall('PutRetentionPolicy', env, logGroupName)],
  handle(context, { logGroupName, retentionInDays }) {
    const group = groupOf(context, { logGroupName });
    // The model has no enumeration of numbers.
    if (!RETENTION_DAYS.includes(retentionInDays)) {
      throw invalidParameter(
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
      );
    }
    group.settings.retentionInDays = retentionInDays;
    context.store.save(group);
    return {};
  },
});

export const deleteRetentionPolicy = defineOperation<LogsContext, DeleteRetentionPolicyCommandInput>({
  name: 'DeleteRetentionPolicy',
  permission: ({ logGroupName }, { env }) => [groupCall('DeleteRetentionPolicy', env, logGroupName)],
  handle(context, { logGroupName }) {
    const group = groupOf(context, { logGroupName });
    delete group.settings.retentionInDays;
    context.store.save(group);
    return {};
  },
});
