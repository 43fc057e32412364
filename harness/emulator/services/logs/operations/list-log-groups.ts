import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { groupArn, type LogsContext } from '../context.ts';
import { nameOfToken, nameToken } from '../page-token.ts';
import { optionalInteger, optionalText } from '../parameters.ts';

const MAX_GROUPS = 1000;
const PAGE_GROUPS = 50;

export const listLogGroups = defineJsonOperation<LogsContext>({
  name: 'ListLogGroups',
  handle({ env, store }, input) {
    const pattern = optionalText(input, 'logGroupNamePattern') ?? '';
    const limit = optionalInteger(input, 'limit', { min: 1, max: MAX_GROUPS }) ?? PAGE_GROUPS;
    const token = optionalText(input, 'nextToken');
    const after = token === undefined ? '' : nameOfToken(token);
    // `^` ties the pattern to the beginning of the name.
    const matches = (name: string) =>
      pattern.startsWith('^') ? name.startsWith(pattern.slice(1)) : name.includes(pattern);
    const names = [...store.groups.keys()].filter((name) => name > after && matches(name)).sort();
    const page = names.slice(0, limit);
    return {
      logGroups: page.map((name) => ({
        logGroupName: name,
        logGroupArn: groupArn(env, name),
        logGroupClass: store.group(name).settings.logGroupClass ?? 'STANDARD',
      })),
      nextToken: names.length > page.length ? nameToken(page.at(-1)!) : undefined,
    };
  },
});
