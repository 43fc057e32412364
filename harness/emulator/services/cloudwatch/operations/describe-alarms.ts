import { ALARM_STATES, alarmShape } from '../alarms/alarm.ts';
import type { CloudWatchOperation } from '../context.ts';
import { invalidCombination } from '../errors.ts';
import { pageOf } from '../page-token.ts';
import { list, optionalEnum, optionalInteger, optionalText, texts } from '../parameters.ts';

const PAGE_ALARMS = 50;
const MAX_ALARMS = 100;

export const describeAlarms: CloudWatchOperation = {
  name: 'DescribeAlarms',
  handle({ alarms, watch }, input) {
    watch.catchUp();
    const names = texts(input, 'AlarmNames');
    const prefix = optionalText(input, 'AlarmNamePrefix');
    if (names.length > 0 && prefix !== undefined) {
      throw invalidCombination(
        'The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.',
      );
    }
    const state = optionalEnum(input, 'StateValue', ALARM_STATES);
    const actionPrefix = optionalText(input, 'ActionPrefix');
    const types = list(input, 'AlarmTypes');
    const size = optionalInteger(input, 'MaxRecords', { max: MAX_ALARMS }) ?? PAGE_ALARMS;
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
    const { page, NextToken } = pageOf(found, size, optionalText(input, 'NextToken'));
    return { MetricAlarms: page.map(alarmShape), CompositeAlarms: [], NextToken };
  },
};
