import { ALARM_STATES, type AlarmState } from '../alarms/alarm.ts';
import type { CloudWatchOperation } from '../context.ts';
import { invalidFormat, missingParameter } from '../errors.ts';
import { optionalEnum, optionalText, requiredText } from '../parameters.ts';

/** Sets a state until the next evaluation finds another. */
export const setAlarmState: CloudWatchOperation = {
  name: 'SetAlarmState',
  handle({ env, alarms, watch }, input) {
    const state = optionalEnum(input, 'StateValue', ALARM_STATES) as AlarmState | undefined;
    if (state === undefined) throw missingParameter('The parameter StateValue is required.');
    const reason = optionalText(input, 'StateReason');
    if (reason === undefined) throw missingParameter('The parameter StateReason is required.');
    const data = optionalText(input, 'StateReasonData');
    const alarm = alarms.alarm(requiredText(input, 'AlarmName'));
    if (data !== undefined && !isJson(data)) throw invalidFormat('StateReasonData is not valid JSON.');
    watch.catchUp();
    watch.change(alarm, { state, reason, ...(data === undefined ? {} : { data }) }, env.clock.nowMs());
    alarms.save();
    return {};
  },
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
