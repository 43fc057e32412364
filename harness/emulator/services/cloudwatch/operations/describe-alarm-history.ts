import type { CloudWatchOperation } from '../context.ts';
import { pageOf } from '../page-token.ts';
import { optionalEnum, optionalInteger, optionalText, optionalTimeMs } from '../parameters.ts';

const MAX_ITEMS = 100;

export const describeAlarmHistory: CloudWatchOperation = {
  name: 'DescribeAlarmHistory',
  handle({ alarms, watch }, input) {
    watch.catchUp();
    const name = optionalText(input, 'AlarmName');
    const type = optionalEnum(input, 'HistoryItemType', ['ConfigurationUpdate', 'StateUpdate', 'Action']);
    const fromMs = optionalTimeMs(input, 'StartDate') ?? Number.NEGATIVE_INFINITY;
    const toMs = optionalTimeMs(input, 'EndDate') ?? Number.POSITIVE_INFINITY;
    const ascending =
      optionalEnum(input, 'ScanBy', ['TimestampDescending', 'TimestampAscending']) === 'TimestampAscending';
    const size = optionalInteger(input, 'MaxRecords', { max: MAX_ITEMS }) ?? MAX_ITEMS;
    const found = alarms.history
      .filter((item) => name === undefined || item.alarmName === name)
      .filter((item) => type === undefined || item.type === type)
      .filter((item) => item.timestampMs >= fromMs && item.timestampMs <= toMs);
    const ordered = ascending ? found : [...found].reverse();
    const { page, NextToken } = pageOf(ordered, size, optionalText(input, 'NextToken'));
    return {
      AlarmHistoryItems: page.map((item) => ({
        AlarmName: item.alarmName,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(item.timestampMs),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      NextToken,
    };
  },
};
