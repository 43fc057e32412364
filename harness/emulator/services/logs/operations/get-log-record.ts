import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { Row } from '../insights/row.ts';
import { scanGroups } from '../insights/scan-groups.ts';
import { textOf } from '../insights/values.ts';
import { positionOf } from '../page-token.ts';
import { requiredText } from '../parameters.ts';

/** All fields of the event that a result's `@ptr` names. */
export const getLogRecord = defineJsonOperation<LogsContext>({
  name: 'GetLogRecord',
  handle(context, input) {
    const ptr = requiredText(input, 'logRecordPointer');
    const { group, timestampMs } = parsePointer(ptr);
    const range = { startMs: timestampMs, endMs: timestampMs };
    for (const event of scanGroups(context, [context.store.group(group)], range)) {
      if (event.ptr !== ptr) continue;
      const row = new Row(event);
      const names = [...row.foundNames(), '@ptr'];
      return { logRecord: Object.fromEntries(names.map((name) => [name, textOf(row.get(name)) ?? ''])) };
    }
    throw invalidParameter('The specified logRecordPointer is invalid.');
  },
});

function parsePointer(ptr: string): { group: string; timestampMs: number } {
  try {
    const [group, , id] = JSON.parse(Buffer.from(ptr, 'base64').toString()) as string[];
    return { group: group!, timestampMs: positionOf(id!).timestampMs };
  } catch {
    throw invalidParameter('The specified logRecordPointer is invalid.');
  }
}
