import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../../../harness/emulator/services/logs/insights/parse-query.ts';
import { QueryRun } from '../../../../../harness/emulator/services/logs/insights/run-query.ts';
import { QueryError } from '../../../../../harness/emulator/services/logs/insights/syntax.ts';

const START_MS = Date.UTC(2026, 4, 20, 12, 0, 0);
const REQUEST = '3604209a-e9a3-11e6-939a-754dd98c7be3';
const MESSAGES = [
  `START RequestId: ${REQUEST} Version: $LATEST\n`,
  '{"level":"INFO","user":{"name":"ann","roles":["a","b"]},"ms":12,"ok":true}',
  '{"level":"ERROR","user":{"name":"bob"},"ms":30,"ok":false}',
  '{"level":"INFO","user":{"name":"ann"},"ms":21,"note":""}',
  `2026-05-20T12:00:04.000Z\t${REQUEST}\tWARN\t{"level":"WARN","ms":7}`,
  'user=carl, took 45 ms for /data/25MB/1.pt',
  `REPORT RequestId: ${REQUEST}\tDuration: 120.50 ms\tBilled Duration: 121 ms\tMemory Size: 512 MB\tMax Memory Used: 98 MB\tInit Duration: 210.25 ms\t\n`,
];

/** Rows of a query over the messages, one a second, without `@ptr`. */
function run(query: string, limit?: number): { [field: string]: string }[] {
  const work = new QueryRun(parseQuery(query), {
    nowMs: START_MS,
    ...(limit === undefined ? {} : { limit }),
  });
  for (const [i, message] of MESSAGES.entries()) {
    work.add({
      log: '000000000000:/g',
      logStream: i < 3 ? 's1' : 's2',
      timestampMs: START_MS + i * 1000,
      ingestionMs: START_MS + i * 1000,
      message,
      ptr: String(i),
    });
  }
  return work
    .finish()
    .map((row) =>
      Object.fromEntries(
        row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value]),
      ),
    );
}

describe('Logs Insights', () => {
  it('shows time and message, newest first, when nothing else is asked for', () => {
    const rows = run('filter level = "INFO"');
    expect(rows).toEqual([
      { '@timestamp': '2026-05-20 12:00:03.000', '@message': MESSAGES[3] },
      { '@timestamp': '2026-05-20 12:00:01.000', '@message': MESSAGES[1] },
    ]);
  });

  it.each<[string, { [field: string]: string }[]]>([
    ['fields ms | filter ms > 20 | sort ms asc', [{ ms: '21' }, { ms: '30' }]],
    ['fields user.name as who | filter ispresent(who) | dedup who', [{ who: 'ann' }, { who: 'bob' }]],
    ['filter user.roles.1 = "b" | display ms', [{ ms: '12' }]],
    ['filter user.roles[0] like "a" | display ms', [{ ms: '12' }]],
    ['filter level in ["WARN", "ERROR"] | display level', [{ level: 'WARN' }, { level: 'ERROR' }]],
    ['filter level not in ["INFO"] and ispresent(level) | display ms', [{ ms: '7' }, { ms: '30' }]],
    ['filter @message like /took \\d+/ | display strlen(@logStream) as n', [{ n: '2' }]],
    ['filter @message =~ /(?i)TOOK/ | display @log', [{ '@log': '000000000000:/g' }]],
    [
      'filter @message not like "level" and @message not like /RequestId/ | display @logStream',
      [{ '@logStream': 's2' }],
    ],
    [
      'filter ok = true | display ms * 2 + 1 as x, -ms as y, ms % 5 as z, 2 ^ 3 as p',
      [{ x: '25', y: '-12', z: '2', p: '8' }],
    ],
    ['filter level != "INFO" | display level', [{ level: 'WARN' }, { level: 'ERROR' }]],
    ['filter isempty(note) and ispresent(note) | display coalesce(missing, ms) as v', [{ v: '21' }]],
    [
      'filter ms = 12 | display toupper(user.name) as a, concat("x", ms) as b, substr(level, 0, 2) as c',
      [{ a: 'ANN', b: 'x12', c: 'IN' }],
    ],
    [
      'filter ms = 12 | display if(ms > 10, "slow", "fast") as speed, strcontains(level, "NF") as has',
      [{ speed: 'slow', has: '1' }],
    ],
    [
      'parse @message "user=*, took * ms for *" as who, took, path | filter ispresent(who)',
      [{ who: 'carl', took: '45', path: '/data/25MB/1.pt' }],
    ],
    ['parse @message /took (?<took>\\d+) ms/ | filter took > 40 | stats max(took) as m', [{ m: '45' }]],
    [
      'stats count(*), count(ms), sum(ms), avg(ms), min(ms), max(ms), pct(ms, 50), count_distinct(level), stddev(ms)',
      [
        {
          'count(*)': '7',
          'count(ms)': '4',
          'sum(ms)': '70',
          'avg(ms)': '17.5',
          'min(ms)': '7',
          'max(ms)': '30',
          'pct(ms, 50)': '12',
          'count_distinct(level)': '3',
          'stddev(ms)': '8.7892',
        },
      ],
    ],
    [
      'stats count(*) as n, sum(ms) / count(ms) as mean by level | sort n desc, level asc | limit 2',
      [{ n: '3' }, { level: 'INFO', n: '2', mean: '16.5' }],
    ],
    [
      'filter ispresent(ms) | stats sum(ms) as s by bin(2s) as t',
      [
        { t: '2026-05-20 12:00:04.000', s: '7' },
        { t: '2026-05-20 12:00:02.000', s: '51' },
        { t: '2026-05-20 12:00:00.000', s: '12' },
      ],
    ],
    [
      'filter @type = "REPORT" | display @requestId, @duration, @billedDuration, @memorySize / 1000 / 1000 as mb, @maxMemoryUsed, @initDuration',
      [
        {
          '@requestId': REQUEST,
          '@duration': '120.5',
          '@billedDuration': '121',
          mb: '512',
          '@maxMemoryUsed': '98000000',
          '@initDuration': '210.25',
        },
      ],
    ],
    [`filter @requestId = "${REQUEST}" | stats count(*) as n`, [{ n: '3' }]],
    ['stats earliest(level) as first, latest(level) as last', [{ first: 'INFO', last: 'WARN' }]],
    [
      'fields @timestamp # a comment with | and "\n| sort @timestamp asc | limit 1',
      [{ '@timestamp': '2026-05-20 12:00:00.000' }],
    ],
    ['stats sum(ms) as s by level | stats max(s) as most', [{ most: '33' }]],
    ['filter level = "INFO" | stats count(*) by user.name', [{ 'user.name': 'ann', 'count(*)': '2' }]],
    [
      'stats count(*) by @logStream | sort count(*) asc',
      [
        { '@logStream': 's1', 'count(*)': '3' },
        { '@logStream': 's2', 'count(*)': '4' },
      ],
    ],
    ['filter level = "NOTHING" | stats count(*) as n', [{ n: '0' }]],
  ])('%s', (query, rows) => {
    expect(run(query)).toEqual(rows);
  });

  it('the limit beside the query holds where the query has none', () => {
    expect(run('fields ms', 2)).toHaveLength(2);
    expect(run('fields ms | limit 3', 2)).toHaveLength(3);
  });

  it.each([
    ['fields @message | count()', 'count', 18],
    ['filter', "mismatched input '<EOF>'", 6],
    ['fields a | ', "mismatched input '<EOF>'", 11],
    ['filter a = = 1', "mismatched input '='", 11],
    ['stats avg(x', "mismatched input '<EOF>'", 11],
    ['stats level', 'stats expects an aggregation', 6],
    ['filter count(*) > 1', 'Aggregations are allowed in stats alone', 19],
    ['filter nofunc(a)', 'Invalid function name nofunc', 7],
    ['limit 20000', 'a number from 1 to 10000', 6],
    ['parse @message "a * b *" as x', 'parse expects 2 names', 15],
    ['parse @message /a(b)/', 'no named group', 15],
    ['filter a like /(/', 'Invalid regular expression', 14],
    ['pattern @message', 'The command pattern is not served', 0],
    ['fields @message | diff', 'The command diff is not served', 18],
    ['fields @message | anomaly', 'The command anomaly is not served', 18],
    ['fields @message | unnest a into b', 'The command unnest is not served', 18],
    ['fields @message | lookup t a as b', 'The command lookup is not served', 18],
    ['fields @message | join a = b', 'The command join is not served', 18],
    ['SOURCE logGroups()', 'The command SOURCE is not served', 0],
    ['fields jsonParse(@message)', 'Invalid function name jsonParse', 7],
    ['stats sum()', 'Invalid arguments for sum: expected 1, found 0', 6],
    ['stats pct(n)', 'Invalid arguments for pct: expected 2, found 1', 6],
    ['stats count_distinct()', 'Invalid arguments for count_distinct: expected 1, found 0', 6],
    ['fields a ; b', 'unexpected symbol found ; at line 1 and position 9', 9],
  ])('%s is refused at its place', (query, message, start) => {
    let error: unknown;
    try {
      parseQuery(query);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(QueryError);
    expect((error as QueryError).message).toContain(message);
    expect((error as QueryError).start).toBe(start);
  });
});
