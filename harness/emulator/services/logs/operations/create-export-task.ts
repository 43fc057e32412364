import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { namedText } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, limitExceeded } from '../errors.ts';
import { startExport } from '../export-tasks.ts';
import { groupName, optionalInteger, optionalText } from '../parameters.ts';
import type { ExportTask } from '../store/account-store.ts';

/** One task at a time. */
export const createExportTask = defineJsonOperation<LogsContext>({
  name: 'CreateExportTask',
  async handle({ env, store, account, objects }, input) {
    const group = store.group(groupName(input));
    const from = requiredTime(input, 'from');
    const to = requiredTime(input, 'to');
    if (from > to) throw invalidParameter('The export start time must not be later than its end time.');
    const destination = namedText(input, 'destination');
    if (!objects) throw invalidParameter('There is no S3 to export to.');
    await objects.listObjects(destination, { maxKeys: 1 }).catch((error: unknown) => {
      if (!(error instanceof AwsError)) throw error;
      throw invalidParameter('The given bucket does not exist. Please make sure the bucket is valid.');
    });
    const isActive = ({ status: { code } }: ExportTask) => code === 'PENDING' || code === 'RUNNING';
    if ([...account.exportTasks.values()].some(isActive)) throw limitExceeded();
    const taskName = optionalText(input, 'taskName');
    const logStreamNamePrefix = optionalText(input, 'logStreamNamePrefix');
    const task: ExportTask = {
      taskId: uuid(env.random),
      ...(taskName === undefined ? {} : { taskName }),
      logGroupName: group.settings.logGroupName,
      ...(logStreamNamePrefix === undefined ? {} : { logStreamNamePrefix }),
      from,
      to,
      destination,
      destinationPrefix: optionalText(input, 'destinationPrefix') ?? 'exportedlogs',
      status: { code: 'PENDING' },
      executionInfo: { creationTime: env.clock.nowMs() },
    };
    account.exportTasks.set(task.taskId, task);
    account.save();
    startExport(task, group, { objects, clock: env.clock, changed: () => account.save() });
    return { taskId: task.taskId };
  },
});

function requiredTime(input: JsonObject, member: 'from' | 'to'): number {
  const time = optionalInteger(input, member, { min: 0 });
  if (time !== undefined) return time;
  throw invalidParameter(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
