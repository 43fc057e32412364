import type {
  DeleteSubscriptionFilterCommandInput,
  DescribeSubscriptionFiltersCommandInput,
  PutSubscriptionFilterCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../../core/errors.ts';
import { parseArn } from '../../../arn.ts';
import { defineOperation } from '../../../http/operation.ts';
import { passRole } from '../../../http/permission.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded, noSuchFilter } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { groupCall, groupOf } from '../names.ts';
import { pageByKey } from '../pages.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html */
const MAX_FILTERS = 2;

/** The destination must be a function of this account and region. @throws AwsError */
function checkDestination(
  { env }: LogsContext,
  { destinationArn, roleArn }: Pick<PutSubscriptionFilterCommandInput, 'destinationArn' | 'roleArn'>,
): void {
  const arn = parseArn(destinationArn!);
  if (arn?.service === 'kinesis' || arn?.service === 'firehose') {
    throw invalidParameter(
      roleArn === undefined
        ? `destinationArn for vendor ${arn.service} cannot be used without roleArn`
        : `Could not deliver test message to specified ${arn.service} stream: ${arn.service} is not served here.`,
    );
  }
  const isFunction = arn?.service === 'lambda' && arn.resource.startsWith('function:');
  if (!isFunction || arn.region !== env.region || arn.accountId !== env.accountId) {
    throw new AwsError(
      'AccessDeniedException',
      'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
    );
  }
}

export const putSubscriptionFilter = defineOperation<LogsContext, PutSubscriptionFilterCommandInput>({
  name: 'PutSubscriptionFilter',
  permission: ({ logGroupName, roleArn }, { env }) => [
    groupCall('PutSubscriptionFilter', env, logGroupName),
    ...passRole(roleArn, 'logs.amazonaws.com'),
  ],
  handle(context, input) {
    const { logGroupName, filterName, filterPattern, destinationArn, distribution = 'ByLogStream' } = input;
    checkDestination(context, input);
    parseFilterPattern(filterPattern);
    const group = groupOf(context, { logGroupName });
    const others = (group.settings.subscriptionFilters ?? []).filter((one) => one.filterName !== filterName);
    if (others.length >= MAX_FILTERS) throw limitExceeded();
    const creationTime = context.env.clock.nowMs();
    const filter = { filterName, filterPattern, destinationArn, distribution, creationTime };
    group.settings.subscriptionFilters = [...others, filter];
    context.store.save(group);
    return {};
  },
});

export const deleteSubscriptionFilter = defineOperation<LogsContext, DeleteSubscriptionFilterCommandInput>({
  name: 'DeleteSubscriptionFilter',
  permission: ({ logGroupName }, { env }) => [groupCall('DeleteSubscriptionFilter', env, logGroupName)],
  handle(context, { logGroupName, filterName }) {
    const group = groupOf(context, { logGroupName });
    const filters = group.settings.subscriptionFilters ?? [];
    if (!filters.some((one) => one.filterName === filterName)) throw noSuchFilter('subscription');
    group.settings.subscriptionFilters = filters.filter((one) => one.filterName !== filterName);
    context.store.save(group);
    return {};
  },
});

export const describeSubscriptionFilters = defineOperation<
  LogsContext,
  DescribeSubscriptionFiltersCommandInput
>({
  name: 'DescribeSubscriptionFilters',
  permission: ({ logGroupName }, { env }) => [groupCall('DescribeSubscriptionFilters', env, logGroupName)],
  handle(context, input) {
    const { logGroupName, subscriptionFilters = [] } = groupOf(context, input).settings;
    const prefix = input.filterNamePrefix ?? '';
    const found = subscriptionFilters
      .filter(({ filterName }) => filterName.startsWith(prefix))
      .map(
        (filter) => [filter.filterName, { ...filter, logGroupName, applyOnTransformedLogs: false }] as const,
      );
    const page = pageByKey(found, input, `DescribeSubscriptionFilters ${logGroupName} ${prefix}`);
    return { subscriptionFilters: page.values, nextToken: page.nextToken };
  },
});
