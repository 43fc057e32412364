import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { addTags } from '../tags.ts';

/** Older name of TagResource, still sent by tools. */
export const tagLogGroup = defineJsonOperation<LogsContext>({ name: 'TagLogGroup', handle: addTags });
