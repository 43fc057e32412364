/**
 * README and docs/: generated pages equal what they are generated from (`UPDATE_DOCS=1` writes them anew), links lead
 * somewhere, and examples are valid. Commands in them run in test/e2e/packed.test.ts.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../harness/emulator/emulator.ts';

const root = resolve(import.meta.dirname, '../..');
const pages = ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs'), ...markdownIn('docs/decisions')];

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

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

function operationsTable(operations: { [service: string]: string[] }): string {
  const rows = Object.entries(TITLES).map(([service, title]) => {
    const names = [...new Set(operations[service])].sort();
    return `| ${title} (${names.length}) | ${names.join(', ')} |`;
  });
  return ['| service | operations |', '|---|---|', ...rows].join('\n');
}

it('docs/operations.md lists what the services serve', async () => {
  const page = join(root, 'docs/operations.md');
  const emulator = await startEmulator({ port: 0 });
  try {
    const answer = await fetch(`${emulator.endpoint}/_cosmicai/health`);
    const health = (await answer.json()) as { operations: { [service: string]: string[] } };
    const wanted = `${operationsTable(health.operations)}\n`;
    const text = readFileSync(page, 'utf8');
    const start = text.indexOf(BEGIN) + BEGIN.length;
    const end = text.indexOf(END);
    if (process.env['UPDATE_DOCS']) writeFileSync(page, `${text.slice(0, start)}${wanted}${text.slice(end)}`);
    else expect(text.slice(start, end)).toBe(wanted);
  } finally {
    await emulator.stop();
  }
});

it('the README has at most 150 lines and names the two commands', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  expect(text.split('\n').length).toBeLessThanOrEqual(151);
  expect(text).toContain('```sh\nnpm ci && npm start\n```');
  expect(text).toContain('```sh\nnpm test\n```');
});

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('links to files that exist', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target!);
    const missing = targets.filter((target) => !existsSync(join(root, dirname(page), target)));
    expect(missing).toEqual([]);
  });
});
