import type {
  CancelExportTaskCommandInput,
  CreateExportTaskCommandInput,
  DescribeExportTasksCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded } from '../errors.ts';
import { become, startExport } from '../export-tasks.ts';
import { groupCall, groupOf, logsCall } from '../names.ts';
import { pageByKey } from '../pages.ts';
import type { ExportTask } from '../store/account-store.ts';

const isActive = ({ status: { code } }: ExportTask) => code === 'PENDING' || code === 'RUNNING';

/** One task at a time. */
export const createExportTask = defineOperation<LogsContext, CreateExportTaskCommandInput>({
  name: 'CreateExportTask',
  permission: ({ logGroupName }, { env }) => [groupCall('CreateExportTask', env, logGroupName)],
  async handle(context, input) {
    const { env, account, objects } = context;
    const { from, to, destination, taskName, logStreamNamePrefix } = input;
    const group = groupOf(context, { logGroupName: input.logGroupName });
    if (from > to) throw invalidParameter('The export start time must not be later than its end time.');
    if (!objects) throw invalidParameter('There is no S3 to export to.');
    await objects.listObjects(destination, { maxKeys: 1 }).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      throw invalidParameter('The given bucket does not exist. Please make sure the bucket is valid.');
    });
    if ([...account.exportTasks.values()].some(isActive)) throw limitExceeded();
    const task: ExportTask = {
      taskId: uuid(env.random),
      ...(taskName === undefined ? {} : { taskName }),
      logGroupName: group.settings.logGroupName,
      ...(logStreamNamePrefix === undefined ? {} : { logStreamNamePrefix }),
      from,
      to,
      destination,
      destinationPrefix: input.destinationPrefix ?? 'exportedlogs',
      status: { code: 'PENDING' },
      executionInfo: { creationTime: env.clock.nowMs() },
    };
    account.exportTasks.set(task.taskId, task);
    account.save();
    startExport(task, group, { objects, clock: env.clock, changed: () => account.save() });
    return { taskId: task.taskId };
  },
});

export const cancelExportTask = defineOperation<LogsContext, CancelExportTaskCommandInput>({
  name: 'CancelExportTask',
  permission: () => [logsCall('CancelExportTask')],
  handle({ env, account }, { taskId }) {
    const task = account.exportTasks.get(taskId);
    if (!task) {
      throw new AwsError('ResourceNotFoundException', 'The specified export task does not exist.');
    }
    if (!isActive(task)) {
      throw new AwsError('InvalidOperationException', 'The specified export task has already finished');
    }
    become(task, 'CANCELLED', { clock: env.clock, changed: () => account.save() });
    return {};
  },
});

/** The prefix of streams is no part of what AWS shows. */
export const describeExportTasks = defineOperation<LogsContext, DescribeExportTasksCommandInput>({
  name: 'DescribeExportTasks',
  permission: () => [logsCall('DescribeExportTasks')],
  handle({ account }, input) {
    const { taskId: id, statusCode: code } = input;
    const found = [...account.exportTasks].filter(
      ([taskId, { status }]) =>
        (id === undefined || taskId === id) && (code === undefined || status.code === code),
    );
    const page = pageByKey(found, input, `DescribeExportTasks ${id} ${code}`);
    return {
      exportTasks: page.values.map(({ logStreamNamePrefix: _, ...shown }) => shown),
      nextToken: page.nextToken,
    };
  },
});
