import type { CloudWatchOperation } from '../context.ts';
import { noSuchAlarm } from '../errors.ts';
import { texts } from '../parameters.ts';

export const deleteAlarms: CloudWatchOperation = {
  name: 'DeleteAlarms',
  handle({ alarms }, input) {
    const names = texts(input, 'AlarmNames');
    // AWS takes a list with a name that is not there as long as one is; none at all is an error.
    if (names.length > 0 && !names.some((name) => alarms.alarms.has(name))) throw noSuchAlarm();
    for (const name of names) alarms.alarms.delete(name);
    alarms.save();
    return {};
  },
};
