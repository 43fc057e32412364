/** Writes the table of docs/mutation.md from results of `cosmicai mutate --json`, each given as NAME=FILE. */
import { readFileSync, writeFileSync } from 'node:fs';

interface Result {
  score: number;
  mutantsPerMinute: number;
  mutants: { outcome: string }[];
}

const PAGE = 'docs/mutation.md';
const rows = process.argv.slice(2).map((argument) => {
  const [label, path] = argument.split('=') as [string, string];
  const { score, mutants, mutantsPerMinute } = JSON.parse(readFileSync(path, 'utf8')) as Result;
  const count = (wanted: string) => mutants.filter(({ outcome }) => outcome === wanted).length;

  const cells = [
    label,
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
