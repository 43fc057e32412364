import type {
  DeleteQueryDefinitionCommandInput,
  DescribeQueryDefinitionsCommandInput,
  PutQueryDefinitionCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { noSuchQueryDefinition } from '../errors.ts';
import { logsCall } from '../names.ts';
import { pageByKey } from '../pages.ts';

const MAX_DEFINITIONS = 50;

/** Keeps a query under a name, or replaces the one whose id is given. */
export const putQueryDefinition = defineOperation<LogsContext, PutQueryDefinitionCommandInput>({
  name: 'PutQueryDefinition',
  permission: () => [logsCall('PutQueryDefinition')],
  handle({ env, account }, input) {
    const { queryDefinitionId: given, queryLanguage = 'CWLI', name, queryString, logGroupNames = [] } = input;
    if (given !== undefined && !account.queryDefinitions.has(given)) throw noSuchQueryDefinition();
    const queryDefinitionId = given ?? uuid(env.random);
    account.queryDefinitions.set(queryDefinitionId, {
      queryLanguage,
      queryDefinitionId,
      name,
      queryString,
      lastModified: env.clock.nowMs(),
      logGroupNames,
    });
    account.save();
    return { queryDefinitionId };
  },
});

export const deleteQueryDefinition = defineOperation<LogsContext, DeleteQueryDefinitionCommandInput>({
  name: 'DeleteQueryDefinition',
  permission: () => [logsCall('DeleteQueryDefinition')],
  handle({ account }, { queryDefinitionId }) {
    if (!account.queryDefinitions.delete(queryDefinitionId)) throw noSuchQueryDefinition();
    account.save();
    return { success: true };
  },
});

export const describeQueryDefinitions = defineOperation<LogsContext, DescribeQueryDefinitionsCommandInput>({
  name: 'DescribeQueryDefinitions',
  permission: () => [logsCall('DescribeQueryDefinitions')],
  handle({ account }, input) {
    const { queryDefinitionNamePrefix: prefix = '', queryLanguage: language, nextToken } = input;
    const found = [...account.queryDefinitions.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .filter(({ queryLanguage }) => language === undefined || queryLanguage === language)
      .map((one) => [`${one.name}\n${one.queryDefinitionId}`, one] as const);
    const page = pageByKey(
      found,
      { nextToken, limit: input.maxResults ?? MAX_DEFINITIONS },
      `DescribeQueryDefinitions ${prefix} ${language}`,
    );
    return { queryDefinitions: page.values, nextToken: page.nextToken };
  },
});
