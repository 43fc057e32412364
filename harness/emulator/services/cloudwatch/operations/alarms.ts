import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommandInput,
  DisableAlarmActionsCommandInput,
  EnableAlarmActionsCommandInput,
  SetAlarmStateCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { defineOperation } from '../../../http/operation.ts';
import { pageOf } from '../../../http/pages.ts';
import { alarmShape } from '../alarms/alarm.ts';
import { alarmCalls, type CloudWatchContext, cloudWatchCall } from '../context.ts';
import { invalidCombination, invalidFormat, invalidNextToken, noSuchAlarm } from '../errors.ts';
import { metricKey, metricOf } from '../metrics/metric.ts';

const PAGE_ALARMS = 50;

export const describeAlarms = defineOperation<CloudWatchContext, DescribeAlarmsCommandInput>({
  name: 'DescribeAlarms',
  permission: ({ AlarmNames }, context) => alarmCalls('DescribeAlarms', context, AlarmNames),
  handle({ alarms, watch }, input) {
    watch.catchUp();
    const { AlarmNames: names = [], AlarmNamePrefix: prefix, AlarmTypes: types = [] } = input;
    const { StateValue: state, ActionPrefix: actionPrefix } = input;
    if (names.length > 0 && prefix !== undefined) {
      throw invalidCombination(
        'The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.',
      );
    }
    const found = [...alarms.alarms.values()]
      .filter((alarm) => {
        if (types.length > 0 && !types.includes('MetricAlarm')) return false;
        if (names.length > 0 && !names.includes(alarm.name)) return false;
        if (prefix !== undefined && !alarm.name.startsWith(prefix)) return false;
        if (state !== undefined && alarm.state !== state) return false;
        const actions = [...alarm.okActions, ...alarm.alarmActions, ...alarm.insufficientDataActions];
        return actionPrefix === undefined || actions.some((action) => action.startsWith(actionPrefix));
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageOf(found, {
      list: `DescribeAlarms ${JSON.stringify([names, prefix, types, state, actionPrefix])}`,
      maxResults: input.MaxRecords ?? PAGE_ALARMS,
      nextToken: input.NextToken,
      keyOf: ({ name }) => name,
      invalidToken: invalidNextToken,
    });
    return { MetricAlarms: page.entries.map(alarmShape), CompositeAlarms: [], NextToken: page.nextToken };
  },
});

export const describeAlarmsForMetric = defineOperation<
  CloudWatchContext,
  DescribeAlarmsForMetricCommandInput
>({
  name: 'DescribeAlarmsForMetric',
  permission: () => [cloudWatchCall('DescribeAlarmsForMetric')],
  handle({ alarms, watch }, input) {
    watch.catchUp();
    const wanted = metricKey(metricOf(input));
    const { Statistic, ExtendedStatistic, Period, Unit } = input;
    const found = [...alarms.alarms.values()].filter((alarm) => {
      const { namespace, metricName: name, dimensions = [] } = alarm;
      if (namespace === undefined || name === undefined) return false;
      if (metricKey({ namespace, name, dimensions }) !== wanted) return false;
      return (
        (Statistic === undefined || alarm.statistic === Statistic) &&
        (ExtendedStatistic === undefined || alarm.extendedStatistic === ExtendedStatistic) &&
        (Period === undefined || alarm.periodSeconds === Period) &&
        (Unit === undefined || alarm.unit === Unit)
      );
    });
    return { MetricAlarms: found.map(alarmShape) };
  },
});

const MAX_HISTORY_ITEMS = 100;

export const describeAlarmHistory = defineOperation<CloudWatchContext, DescribeAlarmHistoryCommandInput>({
  name: 'DescribeAlarmHistory',
  permission: ({ AlarmName }, context) =>
    alarmCalls('DescribeAlarmHistory', context, AlarmName === undefined ? undefined : [AlarmName]),
  handle({ alarms, watch }, input) {
    watch.catchUp();
    const { AlarmName: name, HistoryItemType: type, StartDate, EndDate, ScanBy } = input;
    const fromMs = StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
    const toMs = EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
    const direction = ScanBy === 'TimestampAscending' ? 1 : -1;
    const found = alarms.history
      .filter(([, item]) => name === undefined || item.alarmName === name)
      .filter(([, item]) => type === undefined || item.type === type)
      .filter(([, item]) => item.timestampMs >= fromMs && item.timestampMs <= toMs);
    const page = pageOf(direction === 1 ? found : found.reverse(), {
      list: `DescribeAlarmHistory ${JSON.stringify([name, type, StartDate, EndDate, ScanBy])}`,
      maxResults: input.MaxRecords ?? MAX_HISTORY_ITEMS,
      nextToken: input.NextToken,
      keyOf: ([sequence]) => String(sequence),
      isAfter: ([sequence], key) => direction * (sequence - Number(key)) > 0,
      invalidToken: invalidNextToken,
    });
    return {
      AlarmHistoryItems: page.entries.map(([, item]) => ({
        AlarmName: item.alarmName,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(item.timestampMs),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      NextToken: page.nextToken,
    };
  },
});

export const deleteAlarms = defineOperation<CloudWatchContext, DeleteAlarmsCommandInput>({
  name: 'DeleteAlarms',
  permission: ({ AlarmNames }, context) => alarmCalls('DeleteAlarms', context, AlarmNames),
  handle({ alarms }, { AlarmNames: names }) {
    // AWS takes a list with a name that is not there as long as one is; none at all is an error.
    if (names.length > 0 && !names.some((name) => alarms.alarms.has(name))) throw noSuchAlarm();
    for (const name of names) alarms.alarms.delete(name);
    alarms.save();
    return {};
  },
});

function enableActions({ alarms }: CloudWatchContext, names: readonly string[], isEnabled: boolean): object {
  for (const name of names) {
    const alarm = alarms.alarms.get(name);
    if (alarm) alarm.actionsEnabled = isEnabled;
  }
  alarms.save();
  return {};
}

export const enableAlarmActions = defineOperation<CloudWatchContext, EnableAlarmActionsCommandInput>({
  name: 'EnableAlarmActions',
  permission: ({ AlarmNames }, context) => alarmCalls('EnableAlarmActions', context, AlarmNames),
  handle: (context, { AlarmNames }) => enableActions(context, AlarmNames, true),
});

export const disableAlarmActions = defineOperation<CloudWatchContext, DisableAlarmActionsCommandInput>({
  name: 'DisableAlarmActions',
  permission: ({ AlarmNames }, context) => alarmCalls('DisableAlarmActions', context, AlarmNames),
  handle: (context, { AlarmNames }) => enableActions(context, AlarmNames, false),
});

/** Sets a state until the next evaluation finds another. */
export const setAlarmState = defineOperation<CloudWatchContext, SetAlarmStateCommandInput>({
  name: 'SetAlarmState',
  permission: ({ AlarmName }, context) =>
    alarmCalls('SetAlarmState', context, AlarmName === undefined ? undefined : [AlarmName]),
  handle({ env, alarms, watch }, { AlarmName, StateValue, StateReason, StateReasonData: data }) {
    const alarm = alarms.alarm(AlarmName);
    if (data !== undefined && !isJson(data)) throw invalidFormat('StateReasonData is not valid JSON.');
    watch.catchUp();
    const change = { state: StateValue, reason: StateReason, ...(data === undefined ? {} : { data }) };
    watch.change(alarm, change, env.clock.nowMs());
    alarms.save();
    return {};
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
