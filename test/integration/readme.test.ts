/**
 * The README's table of operations is what the registries serve: `UPDATE_README=1 npx vitest run
 * test/integration/readme.test.ts` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { startEmulator } from '../../harness/emulator/emulator.ts';

const README = join(resolve(import.meta.dirname, '../..'), 'README.md');
const BEGIN = '<!-- operations:begin -->\n';
const END = '<!-- operations:end -->';
const TITLES: { [service: string]: string } = {
  s3: 'S3',
  lambda: 'Lambda',
  stepfunctions: 'Step Functions',
  logs: 'CloudWatch Logs',
  cloudwatch: 'CloudWatch',
  iam: 'IAM',
  sts: 'STS',
};

function table(operations: { [service: string]: string[] }): string {
  const rows = Object.entries(TITLES).map(([service, title]) => {
    const names = [...new Set(operations[service])].sort();
    return `| ${title} (${names.length}) | ${names.join(', ')} |`;
  });
  return ['| service | operations |', '|---|---|', ...rows].join('\n');
}

it('the table of operations in the README is the registries', async () => {
  const emulator = await startEmulator({ port: 0 });
  try {
    const answer = await fetch(`${emulator.endpoint}/_cosmicai/health`);
    const health = (await answer.json()) as { operations: { [service: string]: string[] } };
    const wanted = `${table(health.operations)}\n`;
    const text = readFileSync(README, 'utf8');
    const start = text.indexOf(BEGIN) + BEGIN.length;
    const end = text.indexOf(END);
    if (process.env['UPDATE_README'])
      writeFileSync(README, `${text.slice(0, start)}${wanted}${text.slice(end)}`);
    else expect(text.slice(start, end)).toBe(wanted);
  } finally {
    await emulator.stop();
  }
});
