import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName, optionalText, tagMap } from '../parameters.ts';

export const createLogGroup = defineJsonOperation<LogsContext>({
  name: 'CreateLogGroup',
  handle({ env, store }, input) {
    const kmsKeyId = optionalText(input, 'kmsKeyId');
    const logGroupClass = optionalText(input, 'logGroupClass');
    store.create({
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      ...(logGroupClass === undefined ? {} : { logGroupClass }),
      logGroupName: groupName(input),
      creationTimeMs: env.clock.nowMs(),
      tags: tagMap(input),
    });
    return {};
  },
});
