import { AwsError } from '../../../../core/errors.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { become } from '../export-tasks.ts';
import { requiredText } from '../parameters.ts';

export const cancelExportTask = defineJsonOperation<LogsContext>({
  name: 'CancelExportTask',
  handle({ env, account }, input) {
    const task = account.exportTasks.get(requiredText(input, 'taskId'));
    if (!task) {
      throw new AwsError('ResourceNotFoundException', 'The specified export task does not exist.');
    }
    if (task.status.code !== 'PENDING' && task.status.code !== 'RUNNING') {
      throw new AwsError('InvalidOperationException', 'The specified export task has already finished');
    }
    become(task, 'CANCELLED', { clock: env.clock, changed: () => account.save() });
    return {};
  },
});
