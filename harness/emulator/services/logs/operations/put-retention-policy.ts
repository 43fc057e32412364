import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { groupName, optionalInteger } from '../parameters.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const ALLOWED_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const putRetentionPolicy = defineJsonOperation<LogsContext>({
  name: 'PutRetentionPolicy',
  handle({ store }, input) {
    const group = store.group(groupName(input));
    const days = optionalInteger(input, 'retentionInDays');
    if (days === undefined || !ALLOWED_DAYS.includes(days)) {
      throw invalidParameter(
        `1 validation error detected: Value '${days ?? 'null'}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${ALLOWED_DAYS.join(', ')}]`,
      );
    }
    group.settings.retentionInDays = days;
    store.save(group);
    return {};
  },
});
