import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { wordOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { groupName, optionalText, tagMap } from '../parameters.ts';

const CLASSES = ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'];

export const createLogGroup = defineJsonOperation<LogsContext>({
  name: 'CreateLogGroup',
  handle({ env, store }, input) {
    const kmsKeyId = optionalText(input, 'kmsKeyId');
    const logGroupClass = wordOf(input, 'logGroupClass', CLASSES, invalidParameter);
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
