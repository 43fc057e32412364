import { isJsonObject, type JsonObject } from '../../../../core/json.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { boundedText, groupName, requiredText } from '../parameters.ts';
import type { MetricTransformation } from '../store/log-group.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
const MAX_FILTERS = 100;
const MAX_NAME = 512;

export const putMetricFilter = defineJsonOperation<LogsContext>({
  name: 'PutMetricFilter',
  handle({ env, store }, input) {
    boundedText(input, 'filterName', MAX_NAME);
    const filterName = requiredText(input, 'filterName');
    const filterPattern = requiredText(input, 'filterPattern');
    parseFilterPattern(filterPattern);
    const metricTransformations = parseTransformations(input);
    const group = store.group(groupName(input));
    const others = (group.settings.metricFilters ?? []).filter((one) => one.filterName !== filterName);
    if (others.length >= MAX_FILTERS) throw limitExceeded();
    const filter = { filterName, filterPattern, creationTime: env.clock.nowMs(), metricTransformations };
    group.settings.metricFilters = [...others, filter];
    store.save(group);
    return {};
  },
});

function parseTransformations(input: JsonObject): MetricTransformation[] {
  const given = input['metricTransformations'];
  const list = Array.isArray(given) ? given.filter(isJsonObject) : [];
  if (list.length !== 1) {
    const bound = list.length > 1 ? 'less than or equal to 1' : 'greater than or equal to 1';
    throw invalidParameter(
      `1 validation error detected: Value '[${list.map(shown).join(', ')}]' at 'metricTransformations' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  return list.map((one) => ({
    ...(one as unknown as MetricTransformation),
    metricName: requiredText(one, 'metricName'),
    metricNamespace: requiredText(one, 'metricNamespace'),
    metricValue: requiredText(one, 'metricValue'),
  }));
}

const shown = (one: JsonObject): string =>
  `MetricTransformation(${[
    'metricName',
    'metricNamespace',
    'metricValue',
    'defaultValue',
    'unit',
    'dimensions',
  ]
    .map((member) => `${member}=${String(one[member] ?? null)}`)
    .join(', ')})`;
