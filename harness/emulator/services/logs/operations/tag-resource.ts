import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { addTags } from '../tags.ts';

export const tagResource = defineJsonOperation<LogsContext>({ name: 'TagResource', handle: addTags });
