import type { CloudWatchOperation } from '../context.ts';
import { texts } from '../parameters.ts';

export const enableAlarmActions: CloudWatchOperation = {
  name: 'EnableAlarmActions',
  handle({ alarms }, input) {
    for (const name of texts(input, 'AlarmNames')) {
      const alarm = alarms.alarms.get(name);
      if (alarm) alarm.actionsEnabled = true;
    }
    alarms.save();
    return {};
  },
};
