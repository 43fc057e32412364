/** Writes the table of docs/mutation.md from results of `cosmicai mutate --json`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

interface Result {
  file: string;
  score: number;
  mutantsPerMinute: number;
  mutants: { outcome: string }[];
}

const PAGE = 'docs/mutation.md';
const rows = process.argv.slice(2).map((path) => {
  const { file, score, mutants, mutantsPerMinute } = JSON.parse(readFileSync(path, 'utf8')) as Result;
  const count = (wanted: string) => mutants.filter(({ outcome }) => outcome === wanted).length;
  const name = /(?:test\/projects\/[^/]+\/)?scenarios\/[^/]+$/.exec(file)?.[0] ?? relative('.', file);
  const cells = [
    `\`${name}\``,
    count('caught'),
    count('missed'),
    count('equivalent') + count('not injected'),
    `${(100 * score).toFixed(0)} %`,
    mutantsPerMinute.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
});
const table = [
  `Measured on ${new Date().toISOString().slice(0, 10)}:`,
  '',
  '| scenario | caught | missed | not counted | score | defects a minute |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
].join('\n');
const page = readFileSync(PAGE, 'utf8');
writeFileSync(
  PAGE,
  page.replace(/<!-- scores -->[\s\S]*<!-- \/scores -->/, `<!-- scores -->\n${table}\n<!-- /scores -->`),
);
