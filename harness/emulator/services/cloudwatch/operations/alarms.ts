import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommandInput,
  DisableAlarmActionsCommandInput,
  EnableAlarmActionsCommandInput,
  SetAlarmStateCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { isJson } from '../../../../core/json.ts';
import { defineOperation } from '../../../http/operation.ts';
import { pageOf } from '../../../http/pages.ts';
import {
  type CompositeAlarm,
  compositeAlarmShape,
  isComposite,
  type MetricAlarm,
  metricAlarmShape,
} from '../alarms/alarm.ts';
import { alarmsIn } from '../alarms/alarm-rule.ts';
import { alarmCalls, type CloudWatchContext, cloudWatchCall } from '../context.ts';
import {
  invalidCombination,
  invalidFormat,
  invalidNextToken,
  noSuchAlarm,
  validationError,
} from '../errors.ts';
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
    const { ChildrenOfAlarmName: childrenOf, ParentsOfAlarmName: parentsOf } = input;
    const related = childrenOf ?? parentsOf;
    if (related !== undefined) {
      refuseBesideRelation(input);
      // AWS answers with names, ARNs and states alone.
      return relatedAlarms({ alarms, watch }, related, childrenOf !== undefined);
    }
    const found = [...alarms.alarms.values()]
      .filter((alarm) => {
        // Without a choice of types, AWS returns metric alarms only.
        const type = isComposite(alarm) ? 'CompositeAlarm' : 'MetricAlarm';
        if (!(types.length > 0 ? types : ['MetricAlarm']).includes(type)) return false;
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
    return {
      MetricAlarms: page.entries.filter(isMetric).map(metricAlarmShape),
      CompositeAlarms: page.entries.filter(isComposite).map(compositeAlarmShape),
      NextToken: page.nextToken,
    };
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
    const found = [...alarms.alarms.values()].filter(isMetric).filter((alarm) => {
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
    return { MetricAlarms: found.map(metricAlarmShape) };
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
    const { AlarmTypes: given = [] } = input;
    const types = given.length > 0 ? given : ['MetricAlarm'];
    const fromMs = StartDate?.getTime() ?? Number.NEGATIVE_INFINITY;
    const toMs = EndDate?.getTime() ?? Number.POSITIVE_INFINITY;
    const direction = ScanBy === 'TimestampAscending' ? 1 : -1;
    const found = alarms.history
      .filter(([, item]) => name === undefined || item.alarmName === name)
      .filter(([, item]) => type === undefined || item.type === type)
      .filter(([, item]) => types.includes(item.isComposite ? 'CompositeAlarm' : 'MetricAlarm'))
      .filter(([, item]) => item.timestampMs >= fromMs && item.timestampMs <= toMs);
    const page = pageOf(direction === 1 ? found : found.reverse(), {
      list: `DescribeAlarmHistory ${JSON.stringify([name, type, types, StartDate, EndDate, ScanBy])}`,
      maxResults: input.MaxRecords ?? MAX_HISTORY_ITEMS,
      nextToken: input.NextToken,
      keyOf: ([sequence]) => String(sequence),
      isAfter: ([sequence], key) => direction * (sequence - Number(key)) > 0,
      invalidToken: invalidNextToken,
    });
    return {
      AlarmHistoryItems: page.entries.map(([, item]) => ({
        AlarmName: item.alarmName,
        AlarmType: item.isComposite ? 'CompositeAlarm' : 'MetricAlarm',
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
  handle({ alarms, watch }, { AlarmNames: names }) {
    // AWS takes a list with a name that is not there as long as one is; none at all is an error.
    if (names.length > 0 && !names.some((name) => alarms.alarms.has(name))) throw noSuchAlarm();
    refuseNeeded({ alarms, watch }, names);
    for (const name of names) alarms.alarms.delete(name);
    watch.save();
    return {};
  },
});

function enableActions(
  { alarms, watch }: CloudWatchContext,
  names: readonly string[],
  isEnabled: boolean,
): object {
  for (const name of names) {
    const alarm = alarms.alarms.get(name);
    if (alarm) alarm.actionsEnabled = isEnabled;
  }
  watch.save();
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
    watch.save();
    return {};
  },
});

const isMetric = (alarm: MetricAlarm | CompositeAlarm): alarm is MetricAlarm => !isComposite(alarm);

type Alarms = Pick<CloudWatchContext, 'alarms' | 'watch'>;

/** @throws AwsError ValidationError where the alarms that are left would still be named by a composite alarm's rule */
function refuseNeeded({ alarms, watch }: Alarms, names: readonly string[]): void {
  const composites = names.filter((name) => {
    const alarm = alarms.alarms.get(name);
    return alarm !== undefined && isComposite(alarm);
  });
  if (composites.length > 1)
    throw validationError('You can delete at most one composite alarm in an operation.');
  const needed = [...new Set(names)].filter((name) =>
    watch.composites.dependents(name).some((one) => !names.includes(one.name)),
  );
  if (needed.length === 0) return;
  const them = needed.length === 1 ? 'it' : 'them';
  throw validationError(
    `Cannot delete ${needed.join(',')} as there are composite alarm(s) depending on ${them}.`,
  );
}

/** @throws AwsError ValidationError */
function refuseBesideRelation(input: DescribeAlarmsCommandInput): void {
  const { ChildrenOfAlarmName, ParentsOfAlarmName, MaxRecords, NextToken, AlarmTypes, ...others } = input;
  const isAlone = Object.values(others).every((value) => value === undefined);
  if (isAlone && (ChildrenOfAlarmName === undefined || ParentsOfAlarmName === undefined)) return;
  throw validationError(
    'ChildrenOfAlarmName and ParentsOfAlarmName cannot be combined with each other or with another parameter except for MaxRecords and NextToken.',
  );
}

/** The alarms that a composite alarm's rule names, or the composite alarms whose rules name an alarm. */
function relatedAlarms({ alarms, watch }: Alarms, name: string, ofRule: boolean): object {
  const alarm = alarms.alarm(name);
  const children = isComposite(alarm) ? alarmsIn(watch.composites.ruleOf(alarm)) : [];
  const found = ofRule
    ? children.flatMap((child) => alarms.alarms.get(child) ?? [])
    : watch.composites.dependents(name);
  const brief = ({ name: AlarmName, arn: AlarmArn, state: StateValue }: MetricAlarm | CompositeAlarm) => ({
    AlarmName,
    AlarmArn,
    StateValue,
  });
  return {
    MetricAlarms: found.filter(isMetric).map(brief),
    CompositeAlarms: found.filter(isComposite).map(brief),
  };
}
