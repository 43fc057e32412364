/** What a project without a pack sees: none of a pack's words, in schema, reference, metrics or help. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { renderFieldReference } from '../../../harness/document/field-reference.ts';
import { metricsFor } from '../../../harness/metrics/index.ts';
import { renderMetricReference } from '../../../harness/metrics/reference.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { renderHtml } from '../../../harness/reports/html/index.ts';
import { renderTerminal } from '../../../harness/reports/terminal.ts';
import { renderScenarioJsonSchema, scenarioFormat } from '../../../harness/scenario/json-schema.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

registerPacks();

const WORDS = /galax|redshift|astromae|sigmaNMAD|partitionMB|samples?\/s|inference|published|s\/batch/i;

it('schema, reference and metrics hold no word of a pack', () => {
  for (const text of [
    renderScenarioJsonSchema(),
    renderFieldReference(scenarioFormat()),
    renderMetricReference(),
    metricsFor(undefined)
      .map(({ name, description }) => `${name} ${description}`)
      .join('\n'),
  ]) {
    const found = text.split('\n').filter((line) => WORDS.test(line.replace(/samples\/s/, '')));
    expect(found).toEqual([]);
  }
  expect(renderScenarioJsonSchema('redshift')).toMatch(WORDS);
});

it('reports hold no word of a pack', () => {
  const { record, runFolder } = sampleEvidence((one) => {
    delete one.pack;
    delete one.dataset;
    one.evidence = {};
    one.functions = { Enrich: 'etl-enrich' };
    one.invocations = one.invocations.map((invocation) => ({ ...invocation, functionName: 'etl-enrich' }));
    one.executions = one.executions.map(({ definition: _, ...execution }) => ({
      ...execution,
      history: [],
      children: [],
      mapRuns: [],
    }));
    one.objects = [];
  });
  const outcome = {
    ...{ scenario: 'orders', file: 'orders.yaml', cell: {}, runId: 'orders-1', runFolder },
    ...{ record, verdicts: [], passed: true, stagesMs: {} },
  };
  const report = { outcomes: [outcome], failures: [] };
  expect(renderTerminal(report, { color: false })).not.toMatch(WORDS);
  const text = renderHtml(report).replace(/<(script|style)[\s\S]*?<\/\1>/g, '');
  expect(text.split('\n').filter((line) => WORDS.test(line))).toEqual([]);
});

it('--help lists the commands of a pack only in a project that uses it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-no-pack-'));
  const root = resolve(import.meta.dirname, '../../..');
  const help = (cwd: string) =>
    execFileSync(process.execPath, [join(root, 'harness/cli/bin.mjs'), '--help'], { cwd, encoding: 'utf8' });
  try {
    expect(help(folder)).not.toMatch(WORDS);
    expect(help(folder)).not.toMatch(/^ {2}(data|model) /m);
    expect(help(root)).toMatch(/^ {2}data /m);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
