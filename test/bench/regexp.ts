/**
 * Regular expressions of users on lines of a log: V8 alone, and as the harness runs them. Common ones must cost the
 * same; hostile ones must end.
 *
 * Run: node test/bench/run.mjs regexp
 */
import { LinearRegExp } from '../../harness/core/linear-regexp.ts';

const LINE =
  '2026-01-01T04:00:00.000Z\t5f0c1d2e-aaaa-bbbb-cccc-0123456789ab\tINFO\tREPORT RequestId: 5f0c1d2e Duration: 123.45 ms Billed Duration: 124 ms Memory Size: 512 MB Max Memory Used: 90 MB';
const TIMES = 50_000;

function microseconds(work: () => unknown): number {
  for (let i = 0; i < TIMES / 10; i++) work();
  const started = performance.now();
  for (let i = 0; i < TIMES; i++) work();
  return ((performance.now() - started) / TIMES) * 1000;
}

for (const source of [
  'ERROR',
  '(?<level>INFO|WARN|ERROR)',
  'Duration: (?<ms>[\\d.]+) ms',
  'RequestId: (?<id>\\S+) .*Used: ',
  '^\\d{4}-.*ERROR.*$',
]) {
  const native = new RegExp(source);
  const linear = new LinearRegExp(source);
  const before = microseconds(() => native.exec(LINE)?.groups);
  const now = microseconds(() => linear.groups(LINE));
  console.log(
    `${source.padEnd(40)} V8 ${before.toFixed(2)} us   here ${now.toFixed(2)} us   ${(now / before).toFixed(2)}x`,
  );
}
for (const source of ['(a+)+$', '(?<x>(a|a)*)b', '\\s+$', 'a*b']) {
  const linear = new LinearRegExp(source);
  for (const text of ['a'.repeat(256 * 1024), ' '.repeat(256 * 1024)]) {
    const started = performance.now();
    linear.test(`${text}!`);
    console.log(
      `${source.padEnd(40)} ${text.length >> 10} KB of '${text[0]}': ${(performance.now() - started).toFixed(1)} ms`,
    );
  }
}
