import { uuid } from '../../../../core/ids.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { namedText } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { noSuchQueryDefinition } from '../errors.ts';
import { optionalText, textList } from '../parameters.ts';

/** Keeps a query under a name, or replaces the one whose id is given. */
export const putQueryDefinition = defineJsonOperation<LogsContext>({
  name: 'PutQueryDefinition',
  handle({ env, account }, input) {
    const given = optionalText(input, 'queryDefinitionId');
    if (given !== undefined && !account.queryDefinitions.has(given)) throw noSuchQueryDefinition();
    const queryDefinitionId = given ?? uuid(env.random);
    account.queryDefinitions.set(queryDefinitionId, {
      queryLanguage: optionalText(input, 'queryLanguage') ?? 'CWLI',
      queryDefinitionId,
      name: namedText(input, 'name'),
      queryString: namedText(input, 'queryString'),
      lastModified: env.clock.nowMs(),
      logGroupNames: textList(input, 'logGroupNames'),
    });
    account.save();
    return { queryDefinitionId };
  },
});
