import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
import { renderAnnotations, writeStepSummary } from '../../../harness/reports/github.ts';
import { renderComparePage } from '../../../harness/reports/html/compare-page.ts';
import { renderJunit } from '../../../harness/reports/junit.ts';
import { renderMarkdown } from '../../../harness/reports/markdown.ts';
import { loadRun, saveOutcome } from '../../../harness/reports/saved-run.ts';
import { writeEvidence, writeVerdicts } from '../../../harness/scenario/run-folder.ts';
import { HOSTILE, sampleReport } from './sample-report.ts';

/** Attributes of junit-10.xsd, required ones with a `!`; children are elements of this table, or text. */
const JUNIT_RULES: Record<string, { attributes: string[]; children: string[] }> = {
  testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    attributes: [
      ...['name!', 'tests!', 'failures!', 'errors!', 'skipped', 'time', 'timestamp', 'hostname'],
      ...['id', 'package', 'file', 'log', 'url', 'group'],
    ],
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  properties: { attributes: [], children: ['property'] },
  property: { attributes: ['name!', 'value!'], children: [] },
  testcase: {
    attributes: ['name!', 'time', 'classname', 'group'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  skipped: { attributes: ['type', 'message'], children: ['#text'] },
  error: { attributes: ['type', 'message'], children: ['#text'] },
  failure: { attributes: ['type', 'message'], children: ['#text'] },
  'system-out': { attributes: [], children: ['#text'] },
  'system-err': { attributes: [], children: ['#text'] },
};

type XmlNode = { [name: string]: XmlNode[] } & { ':@'?: Record<string, string> };

/** What of a document the schema would refuse, as sentences. */
function junitMistakes(nodes: XmlNode[], parent: string): string[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@')!;
    if (name === '#text') return JUNIT_RULES[parent]?.children.includes('#text') ? [] : [`text in ${parent}`];
    const rule = JUNIT_RULES[name];
    if (!rule) return [`${name} is no element`];
    const found = Object.keys(node[':@'] ?? {});
    const allowed = rule.attributes.map((one) => one.replace('!', ''));
    const needed = rule.attributes.filter((one) => one.endsWith('!')).map((one) => one.slice(0, -1));
    const time = node[':@']?.['time'];
    return [
      ...(parent === '' || JUNIT_RULES[parent]!.children.includes(name) ? [] : [`${name} in ${parent}`]),
      ...found.filter((one) => !allowed.includes(one)).map((one) => `${name} has ${one}`),
      ...needed.filter((one) => !found.includes(one)).map((one) => `${name} lacks ${one}`),
      ...(time === undefined || /^\d*(\.\d*)?$/.test(time) ? [] : [`time ${time}`]),
      ...junitMistakes(node[name]!, name),
    ];
  });
}

const readJunit = (xml: string): XmlNode[] =>
  new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    preserveOrder: true,
    ignoreDeclaration: true,
    parseAttributeValue: false,
  }).parse(xml) as XmlNode[];

describe('JUnit XML', () => {
  const xml = renderJunit(sampleReport(2));
  const parse = (text: string) =>
    new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(text);

  it('is well-formed whatever the texts hold, with failures, skips and errors counted', () => {
    const { testsuites } = parse(xml);
    expect(testsuites).toMatchObject({ tests: '4', failures: '1', errors: '1' });
    expect(testsuites.testsuite[0]).toMatchObject({
      tests: '3',
      skipped: '1',
      file: 'scenarios/sample.yaml',
    });
    const [output] = testsuites.testsuite[0].testcase;
    expect(output.failure.message).toContain(`expected ${HOSTILE.replace('\u0007', '\uFFFD')}`);
    expect(output.failure['#text']).toContain('asked at scenarios/sample.yaml:7');
  });

  it('has no element and no attribute that Jenkins would refuse, and all it asks for', () => {
    expect(junitMistakes(readJunit(xml), '')).toEqual([]);
    expect(junitMistakes(readJunit('<testsuite name="x"><testcase line="1"/></testsuite>'), '')).toEqual([
      ...['testsuite lacks tests', 'testsuite lacks failures', 'testsuite lacks errors'],
      ...['testcase has line', 'testcase lacks name'],
    ]);
  });

  it('gives each check a name of its own, and its file and line', () => {
    const report = sampleReport(2);
    const { verdicts } = report.outcomes[0]!;
    verdicts.push({ ...verdicts[0]! }, { ...verdicts[0]! });
    const cases = parse(renderJunit(report)).testsuites.testsuite[0].testcase as {
      name: string;
      'system-out'?: string;
    }[];
    expect(cases.map(({ name }) => name)).toEqual(['output', 'status', 'waiting', 'output #2', 'output #3']);
    expect(cases[0]!['system-out']).toBe('scenarios/sample.yaml:7:3');
    expect(cases[1]!['system-out']).toBeUndefined();
  });

  it('keeps messages to one line, however long and broken the values are', () => {
    const report = sampleReport(2);
    report.outcomes[0]!.verdicts[0]!.actual = `first\n${'x'.repeat(5000)}`;
    const [output] = parse(renderJunit(report)).testsuites.testsuite[0].testcase;
    expect(output.failure.message.length).toBeLessThanOrEqual(300);
    expect(output.failure.message).not.toContain('\n');
    expect(output.failure['#text']).toContain('x'.repeat(5000));
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

  it('escape what would end them or their properties, and name files from the root of the repository', () => {
    const report = sampleReport(2);
    const [verdict] = report.outcomes[0]!.verdicts;
    report.outcomes[0]!.verdicts = [
      {
        ...verdict!,
        name: 'a, b: 100 %',
        expected: '50 %',
        actual: 'one\r\n::error::two',
        location: { file: join(process.cwd(), 'scenarios/x.yaml'), line: 1, column: 2 },
      },
    ];
    const [line] = renderAnnotations(report).split('\n');
    expect(line).toContain('title=a%2C b%3A 100 %25,file=scenarios/x.yaml,line=1,col=2::');
    expect(line).toContain('expected 50 %25, actual one%0D%0A::error::two');
  });
});

describe('the summary of a GitHub step', () => {
  const withSummary = (work: (file: string) => void) => {
    const folder = mkdtempSync(join(tmpdir(), 'cosmicai-summary-'));
    try {
      work(join(folder, 'summary.md'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const large = () => {
    const report = sampleReport(2);
    const [verdict] = report.outcomes[0]!.verdicts;
    report.outcomes[0]!.verdicts = Array.from({ length: 3000 }, (_, index) => ({
      ...verdict!,
      name: `check ${index}`,
      actual: 'é'.repeat(300),
    }));
    return report;
  };

  it('stays below a mebibyte together with what the step wrote before, cut at the end of a line', () =>
    withSummary((file) => {
      writeFileSync(file, `${'x'.repeat(500_000)}\n`);
      writeStepSummary(file, large());
      const text = readFileSync(file, 'utf8');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
      expect(Buffer.byteLength(text)).toBeGreaterThan(1024 * 1024 - 2000);
      expect(text).not.toContain('\uFFFD');
      expect(text).toMatch(/\|\n\n_The report is longer than a step summary may be._\n$/);
    }));

  it('adds nothing where nothing fits, and all where it does', () =>
    withSummary((file) => {
      writeFileSync(file, 'x'.repeat(1024 * 1024));
      writeStepSummary(file, large());
      expect(statSync(file).size).toBe(1024 * 1024);
      rmSync(file);
      writeStepSummary(file, sampleReport(2));
      expect(readFileSync(file, 'utf8')).toBe(renderMarkdown(sampleReport(2)));
    }));
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
