/** Queries of CloudWatch Logs Insights. */
import type {
  DescribeQueriesCommandInput,
  GetQueryResultsCommandInput,
  StartQueryCommandInput,
  StopQueryCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { wallClock } from '../../../../core/clock.ts';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, noSuchQueriedGroup, noSuchQuery } from '../errors.ts';
import { parseQuery } from '../insights/parse-query.ts';
import type { StartedQuery } from '../insights/query-store.ts';
import { QueryRun } from '../insights/run-query.ts';
import { scanGroups } from '../insights/scan-groups.ts';
import { type Command, QueryError } from '../insights/syntax.ts';
import { groupCall, groupNameOf, logsCall } from '../names.ts';
import { logsPage } from '../pages.ts';
import type { LogGroup } from '../store/log-group.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
const MAX_GROUPS = 50;
/** Events between two turns of the event loop. */
const EVENTS_A_TURN = 5000;
const clock = wallClock();

/** The groups of each of the three members that may name them. */
const namedGroups = (input: Partial<StartQueryCommandInput>): (readonly string[])[] => [
  input.logGroupName === undefined ? [] : [input.logGroupName],
  input.logGroupNames ?? [],
  input.logGroupIdentifiers ?? [],
];

export const startQuery = defineOperation<LogsContext, StartQueryCommandInput>({
  name: 'StartQuery',
  permission: (input, { env }) => {
    const named = namedGroups(input).flat();
    return named.length === 0
      ? [logsCall('StartQuery')]
      : named.map((one) => groupCall('StartQuery', env, one));
  },
  handle(context, input) {
    const { env, queries } = context;
    const { queryString: text, queryLanguage = 'CWLI', limit } = input;
    if (queryLanguage !== 'CWLI') {
      throw invalidParameter(`The query language ${queryLanguage} is not served.`);
    }
    const groups = queriedGroups(context, input);
    const start = secondsOf(input.startTime);
    const end = secondsOf(input.endTime);
    if (end < start)
      throw invalidParameter('The query end time must be greater than or equal to the start time.');
    const commands = parse(text);
    const names = groups.map(({ settings }) => settings.logGroupName);
    const query = queries.add({
      id: uuid(env.random),
      text: `SOURCE ${names.map((name) => `"${name}"`).join(' ')} START=${start}000 END=${end}999 | ${text}`,
      logGroupName: names[0]!,
      createdMs: env.clock.nowMs(),
      status: 'Running',
      results: [],
      statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
    });
    const range = { startMs: start * 1000, endMs: end * 1000 + 999 };
    const run = new QueryRun(commands, {
      nowMs: env.clock.nowMs(),
      ...(limit === undefined ? {} : { limit }),
    });
    void carryOut(context, query, run, groups, range).catch((error: unknown) => {
      query.status = 'Failed';
      env.log(`logs: query ${query.id} failed: ${String(error)}`);
    });
    return { queryId: query.id };
  },
});

async function carryOut(
  context: LogsContext,
  query: StartedQuery,
  run: QueryRun,
  groups: readonly LogGroup[],
  range: { startMs: number; endMs: number },
): Promise<void> {
  query.statistics = run.statistics;
  let sinceTurn = 0;
  for (const event of scanGroups(context, groups, range)) {
    run.add(event);
    if (++sinceTurn < EVENTS_A_TURN) continue;
    sinceTurn = 0;
    await new Promise<void>((resolve) => {
      clock.after(0, resolve);
    });
    if (query.status !== 'Running') return;
  }
  query.results = run.finish();
  query.status = 'Complete';
}

/** @throws AwsError MalformedQueryException */
function parse(text: string): Command[] {
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new AwsError('MalformedQueryException', error.message, 400, {
      details: {
        queryCompileError: {
          location: { startCharOffset: error.start, endCharOffset: error.end },
          message: error.message,
        },
      },
    });
  }
}

function queriedGroups({ env, store }: LogsContext, input: StartQueryCommandInput): LogGroup[] {
  const used = namedGroups(input).filter((list) => list.length > 0);
  if (used.length !== 1) {
    throw invalidParameter(
      'Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.',
    );
  }
  const names = [...new Set(used[0]!.map((one) => groupNameOf(one, env) ?? one))];
  if (names.length > MAX_GROUPS) throw invalidParameter(`At most ${MAX_GROUPS} log groups may be queried.`);
  return names.map((one) => {
    const group = store.groups.get(one);
    if (!group) throw noSuchQueriedGroup(one, env.accountId);
    return group;
  });
}

/** Seconds since the epoch; AWS takes milliseconds too. */
const secondsOf = (time: number): number => Math.floor(time > 1e11 ? time / 1000 : time);

export const stopQuery = defineOperation<LogsContext, StopQueryCommandInput>({
  name: 'StopQuery',
  permission: () => [logsCall('StopQuery')],
  handle({ queries }, { queryId }) {
    const query = queries.get(queryId);
    if (!query) throw noSuchQuery(queryId);
    if (query.status !== 'Running')
      throw invalidParameter(`Query is already ended with ${query.status} status.`);
    query.status = 'Cancelled';
    return { success: true };
  },
});

const MAX_ITEMS = 10_000;

/** All rows, or a page of them where `maxItems` asks for one. */
export const getQueryResults = defineOperation<
  LogsContext,
  GetQueryResultsCommandInput & { maxItems?: number; nextToken?: string }
>({
  name: 'GetQueryResults',
  permission: () => [logsCall('GetQueryResults')],
  handle({ queries }, input) {
    const query = queries.get(input.queryId);
    if (!query) throw noSuchQuery(input.queryId);
    const { results, statistics, status } = query;
    const page = logsPage(results.entries(), input, {
      list: `GetQueryResults ${query.id}`,
      size: input.maxItems || MAX_ITEMS,
      keyOf: ([index]) => String(index),
      isAfter: ([index], key) => index > Number(key),
    });
    return {
      queryLanguage: 'CWLI',
      results: page.entries.map(([, row]) => row),
      statistics,
      status,
      nextToken: page.nextToken,
    };
  },
});

const MAX_QUERIES = 1000;

/** Newest first. */
export const describeQueries = defineOperation<LogsContext, DescribeQueriesCommandInput>({
  name: 'DescribeQueries',
  permission: ({ logGroupName }, { env }) => [groupCall('DescribeQueries', env, logGroupName)],
  handle({ store, queries }, input) {
    const { logGroupName, status } = input;
    if (logGroupName !== undefined) store.group(logGroupName);
    const found = queries.all
      .filter((query) => logGroupName === undefined || query.logGroupName === logGroupName)
      .filter((query) => status === undefined || query.status === status);
    const page = logsPage(found, input, {
      list: `DescribeQueries ${logGroupName} ${status}`,
      size: input.maxResults ?? MAX_QUERIES,
      keyOf: ({ sequence }) => String(sequence),
      isAfter: ({ sequence }, key) => sequence < Number(key),
    });
    return {
      queries: page.entries.map((query) => ({
        queryLanguage: 'CWLI',
        queryId: query.id,
        queryString: query.text,
        status: query.status,
        createTime: query.createdMs,
        logGroupName: query.logGroupName,
      })),
      nextToken: page.nextToken,
    };
  },
});
