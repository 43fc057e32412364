import { AwsError } from '../../../../core/errors.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { boundedText, groupName, optionalText, requiredText } from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html */
const MAX_FILTERS = 2;

export const putSubscriptionFilter = defineJsonOperation<LogsContext>({
  name: 'PutSubscriptionFilter',
  handle({ env, store }, input) {
    boundedText(input, 'filterName', 512);
    const filterName = requiredText(input, 'filterName');
    const destinationArn = requiredText(input, 'destinationArn');
    const service = destinationArn.split(':')[2];
    if (service === 'kinesis' || service === 'firehose') {
      throw invalidParameter(
        optionalText(input, 'roleArn') === undefined
          ? `destinationArn for vendor ${service} cannot be used without roleArn`
          : `Could not deliver test message to specified ${service} stream: ${service} is not served here.`,
      );
    }
    const name = groupName(input);
    const isOwn = destinationArn.startsWith(`arn:aws:lambda:${env.region}:${env.accountId}:function:`);
    if (!isOwn) {
      throw new AwsError(
        'AccessDeniedException',
        'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
      );
    }
    const filterPattern = optionalText(input, 'filterPattern') ?? '';
    parseFilterPattern(filterPattern);
    const group = store.group(name);
    const others = (group.settings.subscriptionFilters ?? []).filter((one) => one.filterName !== filterName);
    if (others.length >= MAX_FILTERS) throw limitExceeded();
    const filter = {
      filterName,
      filterPattern,
      destinationArn,
      distribution: optionalText(input, 'distribution') ?? 'ByLogStream',
      creationTime: env.clock.nowMs(),
    };
    group.settings.subscriptionFilters = [...others, filter];
    store.save(group);
    return {};
  },
});
