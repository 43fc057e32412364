import { wallClock } from '../../../../core/clock.ts';
import { AwsError } from '../../../../core/errors.ts';
import { uuid } from '../../../../core/ids.ts';
import type { JsonObject } from '../../../../core/json.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { invalidParameter, noSuchQueriedGroup } from '../errors.ts';
import { MAX_ROWS, parseQuery } from '../insights/parse-query.ts';
import type { StartedQuery } from '../insights/query-store.ts';
import { QueryRun } from '../insights/run-query.ts';
import { scanGroups } from '../insights/scan-groups.ts';
import { type Command, QueryError } from '../insights/syntax.ts';
import { groupNameOfArn, optionalInteger, optionalText, requiredText, textList } from '../parameters.ts';
import type { LogGroup } from '../store/log-group.ts';

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
const MAX_GROUPS = 50;
/** Events between two turns of the event loop. */
const EVENTS_A_TURN = 5000;
const clock = wallClock();

export const startQuery = defineJsonOperation<LogsContext>({
  name: 'StartQuery',
  handle(context, input) {
    const { env, queries } = context;
    const text = requiredText(input, 'queryString');
    const language = optionalText(input, 'queryLanguage') ?? 'CWLI';
    if (language !== 'CWLI') throw invalidParameter(`The query language ${language} is not served.`);
    const groups = groupsOf(context, input);
    const start = requiredSeconds(input, 'startTime');
    const end = requiredSeconds(input, 'endTime');
    if (end < start)
      throw invalidParameter('The query end time must be greater than or equal to the start time.');
    const limit = optionalInteger(input, 'limit', { min: 1, max: MAX_ROWS });
    const commands = parse(text);
    const names = groups.map(({ settings }) => settings.logGroupName);
    const query: StartedQuery = {
      id: uuid(env.random),
      text: `SOURCE ${names.map((name) => `"${name}"`).join(' ')} START=${start}000 END=${end}999 | ${text}`,
      logGroupName: names[0]!,
      createdMs: env.clock.nowMs(),
      status: 'Running',
      results: [],
      statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
    };
    queries.add(query);
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

function groupsOf({ env, store }: LogsContext, input: JsonObject): LogGroup[] {
  const name = optionalText(input, 'logGroupName');
  const given = [
    name === undefined ? [] : [name],
    textList(input, 'logGroupNames'),
    textList(input, 'logGroupIdentifiers'),
  ];
  const used = given.filter((list) => list.length > 0);
  if (used.length !== 1) {
    throw invalidParameter(
      'Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.',
    );
  }
  const names = [...new Set(used[0]!.map((one) => groupNameOfArn(one, env) ?? one))];
  if (names.length > MAX_GROUPS) throw invalidParameter(`At most ${MAX_GROUPS} log groups may be queried.`);
  return names.map((one) => {
    const group = store.groups.get(one);
    if (!group) throw noSuchQueriedGroup(one, env.accountId);
    return group;
  });
}

function requiredSeconds(input: JsonObject, member: string): number {
  const value = optionalInteger(input, member, { min: 0 });
  if (value === undefined) {
    throw invalidParameter(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  // Milliseconds are taken for what they must be.
  return Math.floor(value > 1e11 ? value / 1000 : value);
}
