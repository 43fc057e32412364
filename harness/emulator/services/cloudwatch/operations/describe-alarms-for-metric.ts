import { alarmShape } from '../alarms/alarm.ts';
import type { CloudWatchOperation } from '../context.ts';
import { metricKey } from '../metrics/metric.ts';
import { dimensionList, optionalInteger, optionalText, requiredText } from '../parameters.ts';

export const describeAlarmsForMetric: CloudWatchOperation = {
  name: 'DescribeAlarmsForMetric',
  handle({ alarms, watch }, input) {
    watch.catchUp();
    const wanted = metricKey({
      namespace: requiredText(input, 'Namespace'),
      name: requiredText(input, 'MetricName'),
      dimensions: dimensionList(input),
    });
    const statistic = optionalText(input, 'Statistic');
    const extended = optionalText(input, 'ExtendedStatistic');
    const period = optionalInteger(input, 'Period');
    const unit = optionalText(input, 'Unit');
    const found = [...alarms.alarms.values()].filter((alarm) => {
      const { namespace, metricName: name, dimensions = [] } = alarm;
      if (namespace === undefined || name === undefined) return false;
      if (metricKey({ namespace, name, dimensions }) !== wanted) return false;
      return (
        (statistic === undefined || alarm.statistic === statistic) &&
        (extended === undefined || alarm.extendedStatistic === extended) &&
        (period === undefined || alarm.periodSeconds === period) &&
        (unit === undefined || alarm.unit === unit)
      );
    });
    return { MetricAlarms: found.map(alarmShape) };
  },
};
