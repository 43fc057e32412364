import { expect, it } from 'vitest';
import { splitLine } from '../../../../harness/cli/completion/split-line.ts';

it.each<[string, string[], string]>([
  ['', [''], ''],
  ['cosmicai', ['cosmicai'], ''],
  ['cosmicai ', ['cosmicai', ''], ''],
  ['cosmicai  run a', ['cosmicai', 'run', 'a'], ''],
  ['cosmicai run a\\ b.ya', ['cosmicai', 'run', 'a b.ya'], ''],
  ['cosmicai run "a b', ['cosmicai', 'run', 'a b'], '"'],
  ["cosmicai run 'a \\b", ['cosmicai', 'run', 'a \\b'], "'"],
  ['cosmicai run "a b" --set "data=1 GB', ['cosmicai', 'run', 'a b', '--set', 'data=1 GB'], '"'],
  ['cosmicai ""', ['cosmicai', ''], ''],
  ['cosmicai a\\', ['cosmicai', 'a'], ''],
])('%j', (line, words, quote) => {
  expect(splitLine(line)).toEqual({ words, quote });
});
