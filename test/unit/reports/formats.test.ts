import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import {
  circumstanceChanges,
  compareRuns,
  comparisonTable,
  renderComparison,
  renderComparisonMarkdown,
  verdictChanges,
} from '../../../harness/reports/compare.ts';
import { renderAnnotations } from '../../../harness/reports/github.ts';
import { renderComparePage } from '../../../harness/reports/html/compare-page.ts';
import { renderJunit } from '../../../harness/reports/junit.ts';
import { renderMarkdown } from '../../../harness/reports/markdown.ts';
import { loadRun, saveOutcome } from '../../../harness/reports/saved-run.ts';
import { writeEvidence, writeVerdicts } from '../../../harness/scenario/run-folder.ts';
import { HOSTILE, sampleReport } from './sample-report.ts';

describe('JUnit XML', () => {
  it('is well-formed whatever the texts hold, with failures, skips and errors counted', () => {
    const xml = renderJunit(sampleReport(2));
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(xml);
    expect(testsuites).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' });
    const [output] = testsuites.testsuite[0].testcase;
    expect(output.failure.message).toBe(`expected ${HOSTILE.replace('\u0007', '\uFFFD')}`);
    expect(output.line).toBe('7');
  });
});

describe('Markdown', () => {
  it('keeps hostile text within its cell', () => {
    const text = renderMarkdown(sampleReport(2));
    expect(text).not.toContain('<img');
    const row = text.split('\n').find((line) => line.startsWith('| failed | output'))!;
    expect(row.match(/\|/g)).toHaveLength(6);
    expect(row).toContain('second line');
  });
});

describe('GitHub annotations', () => {
  it('stand at the line of the expectation, on one line each', () => {
    const lines = renderAnnotations(sampleReport(2)).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error title=output,file=scenarios\/sample\.yaml,line=7,col=3::sample/);
    expect(lines[0]).toContain('%0A| second line');
  });
});

describe('a saved run', () => {
  it('reads back as it was judged', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cosmicai-saved-'));
    try {
      const outcome = { ...sampleReport(2).outcomes[0]!, runFolder: folder };
      outcome.record.logs.push({ ...outcome.record.logs[0]!, message: 'two\nlines' });
      writeEvidence(folder, outcome.record);
      writeVerdicts(folder, outcome.verdicts);
      saveOutcome(outcome);
      expect(loadRun(folder)).toEqual(outcome);
      expect(
        compareRuns(outcome, loadRun(folder)).every((one) => one.ratio === 1 || one.ratio === undefined),
      ).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that is none is a sentence', () => {
    expect(() => loadRun('/nonexistent')).toThrow('/nonexistent/record.json cannot be read: there is none.');
  });
});

describe('a comparison', () => {
  const a = sampleReport(2).outcomes[0]!;
  const slower = () => {
    const b = sampleReport(2).outcomes[0]!;
    for (const one of b.record.invocations) one.durationMs *= 2;
    b.verdicts[0] = { ...b.verdicts[0]!, outcome: 'passed' };
    b.record.host = { ...b.record.host, cpus: 64 };
    return b;
  };

  it('puts what changed most first, and names changed verdicts and circumstances', () => {
    const b = slower();
    const doubled = comparisonTable(a, b).rows.filter((row) => row[4] === '2.000x');
    expect(doubled.map(([name]) => name)).toContain('median(inference.duration)');
    expect(comparisonTable(a, b).rows[0]![4]).not.toBe('1.000x');
    expect(verdictChanges(a, b)?.rows[0]?.slice(0, 3)).toEqual(['output', 'failed', 'passed']);
    expect(circumstanceChanges(a, b)).toEqual([expect.stringMatching(/^machine: .* 64 cores in B$/)]);
    expect(verdictChanges(a, a)).toBeUndefined();
    expect(circumstanceChanges(a, a)).toEqual([]);
  });

  it('is told in the terminal, as Markdown and as a page, hostile texts harmless', () => {
    const b = slower();
    expect(renderComparison(a, b)).toContain('Verdicts that changed');
    expect(renderComparisonMarkdown(a, b)).not.toContain('<img');
    const page = renderComparePage(a, b);
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('What changed');
  });
});
