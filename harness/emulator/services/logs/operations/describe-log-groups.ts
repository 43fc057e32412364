import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { describeGroup, type LogsContext } from '../context.ts';
import { invalidParameter } from '../errors.ts';
import { nameOfToken, nameToken } from '../page-token.ts';
import { optionalInteger, optionalText } from '../parameters.ts';

const PAGE_GROUPS = 50;

export const describeLogGroups = defineJsonOperation<LogsContext>({
  name: 'DescribeLogGroups',
  handle({ env, store }, input) {
    const prefix = optionalText(input, 'logGroupNamePrefix');
    const pattern = optionalText(input, 'logGroupNamePattern');
    if (prefix !== undefined && pattern !== undefined) {
      throw invalidParameter(
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      );
    }
    const limit = optionalInteger(input, 'limit', { min: 1, max: PAGE_GROUPS }) ?? PAGE_GROUPS;
    const token = optionalText(input, 'nextToken');
    const after = token === undefined ? '' : nameOfToken(token);
    const names = [...store.groups.keys()]
      .filter((name) => name > after && name.startsWith(prefix ?? ''))
      .filter((name) => pattern === undefined || name.toLowerCase().includes(pattern.toLowerCase()))
      .sort();
    const page = names.slice(0, limit);
    return {
      logGroups: page.map((name) => describeGroup(env, store.group(name))),
      nextToken: names.length > page.length ? nameToken(page.at(-1)!) : undefined,
    };
  },
});
