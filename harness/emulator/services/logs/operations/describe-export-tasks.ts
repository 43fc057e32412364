import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { optionalText } from '../parameters.ts';

/** The prefix of streams is no part of what AWS shows. */
export const describeExportTasks = defineJsonOperation<LogsContext>({
  name: 'DescribeExportTasks',
  handle({ account }, input) {
    const id = optionalText(input, 'taskId');
    const code = optionalText(input, 'statusCode');
    const found = [...account.exportTasks].filter(
      ([taskId, { status }]) =>
        (id === undefined || taskId === id) && (code === undefined || status.code === code),
    );
    const { items, nextToken } = pageOf(input, new Map(found), { limit: 'limit' });
    return { exportTasks: items.map(({ logStreamNamePrefix: _, ...shown }) => shown), nextToken };
  },
});
