import type { CloudWatchOperation } from '../context.ts';
import { texts } from '../parameters.ts';

export const disableAlarmActions: CloudWatchOperation = {
  name: 'DisableAlarmActions',
  handle({ alarms }, input) {
    for (const name of texts(input, 'AlarmNames')) {
      const alarm = alarms.alarms.get(name);
      if (alarm) alarm.actionsEnabled = false;
    }
    alarms.save();
    return {};
  },
};
