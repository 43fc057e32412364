import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { pageOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { optionalText } from '../parameters.ts';

const MAX_DEFINITIONS = 1000;

export const describeQueryDefinitions = defineJsonOperation<LogsContext>({
  name: 'DescribeQueryDefinitions',
  handle({ account }, input) {
    const prefix = optionalText(input, 'queryDefinitionNamePrefix') ?? '';
    const language = optionalText(input, 'queryLanguage');
    const found = [...account.queryDefinitions.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .filter(({ queryLanguage }) => language === undefined || queryLanguage === language)
      .map((one): [string, typeof one] => [`${one.name}\n${one.queryDefinitionId}`, one]);
    const { items, nextToken } = pageOf(input, new Map(found), {
      limit: 'maxResults',
      max: MAX_DEFINITIONS,
    });
    return { queryDefinitions: items, nextToken };
  },
});
