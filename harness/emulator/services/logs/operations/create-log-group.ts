import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { groupName, tagMap } from '../parameters.ts';

export const createLogGroup = defineJsonOperation<LogsContext>({
  name: 'CreateLogGroup',
  handle({ env, store }, input) {
    store.create({
      logGroupName: groupName(input),
      creationTimeMs: env.clock.nowMs(),
      tags: tagMap(input),
    });
    return {};
  },
});
