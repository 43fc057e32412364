import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../harness/reports/compare.ts';
import { renderAnnotations } from '../../../harness/reports/github.ts';
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
