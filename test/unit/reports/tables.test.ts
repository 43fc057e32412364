import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverageMinimums } from '../../../harness/cli/options.ts';
import { publishedTable } from '../../../harness/packs/redshift/reports/published-table.ts';
import { costTable, extrapolationTable, stateCostTable } from '../../../harness/reports/cost-table.ts';
import { coverageLines, coverageShortfalls, coverageTable } from '../../../harness/reports/coverage.ts';
import { renderJson } from '../../../harness/reports/json.ts';
import { renderReportJsonSchema, reportSchema } from '../../../harness/reports/json-schema.ts';
import { renderMarkdown } from '../../../harness/reports/markdown.ts';
import { renderTerminal } from '../../../harness/reports/terminal.ts';
import { coverageSchema } from '../../../harness/scenario/coverage-schema.ts';
import { judgeCoverage } from '../../../harness/scenario/judge-coverage.ts';
import type { JudgedVerdict, RunOutcome } from '../../../harness/scenario/outcome.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';
import { sampleReport } from './sample-report.ts';

function outcome(counts?: Record<string, number>): RunOutcome {
  const { record, runFolder } = sampleEvidence((run) => {
    delete run.coverage;
    if (counts) {
      const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:pipeline';
      const missed = Object.keys(counts).filter((key) => counts[key] === 0);
      run.coverage = [{ stateMachineArn, covered: 0, total: Object.keys(counts).length, missed, counts }];
    }
  });
  const base = { scenario: 'sample', file: 's.yaml', cell: {}, runId: 'run', runFolder };
  return { ...base, record, verdicts: [], passed: true, stagesMs: {} };
}

const FIRST = { '/States/A': 1, '/States/B': 0, '/States/A -> B': 0, '/States/A/Catch[0]': 0 };
const SECOND = { '/States/A': 0, '/States/B': 2, '/States/A -> B': 0, '/States/A/Catch[0]': 0 };

describe('coverage of a suite', () => {
  const outcomes = [outcome(FIRST), outcome(SECOND)];

  it('is the union of its runs', () => {
    expect(coverageLines(outcomes)).toEqual([
      'coverage of pipeline: 2/2 states, 0/1 transitions, 0/1 catchers; never taken: /States/A -> B, /States/A/Catch[0]',
    ]);
    expect(coverageTable(outcomes)?.rows).toEqual([
      ['pipeline', '2 of 2 (100 %)', '0 of 1 (0 %)', '-', '0 of 1 (0 %)', '-'],
    ]);
    expect(coverageLines([outcome()])).toEqual([]);
  });

  it('falls short by name, and fails the report in every format', () => {
    const minimums = coverageMinimums('states=100, transitions=50%');
    expect(coverageShortfalls(outcomes, minimums)).toEqual([
      'transitions of pipeline: 0.0 % taken (0 of 1), at least 50 % expected; never taken: /States/A -> B',
    ]);
    const report = { outcomes, failures: [], coverage: minimums };
    expect(renderTerminal(report, { color: false })).toMatch(
      /FAIL coverage: transitions of pipeline[\s\S]*coverage too low/,
    );
    expect(renderMarkdown(report)).toContain('## Coverage too low');
    expect(JSON.parse(renderJson(report))).toMatchObject({ passed: false });
  });

  it.each(['stats=100', 'states', 'states=101', 'states=x'])('refuses %s', (text) => {
    expect(() => coverageMinimums(text)).toThrow(/There are|no share/);
  });
});

describe('coverage of a scenario', () => {
  const judged = (shares: unknown, counts?: Record<string, number>) =>
    judgeCoverage(coverageSchema.parse(shares), outcome(counts).record).map((one) => [
      one.outcome,
      one.actual,
    ]);

  it('is a verdict per share asked for', () => {
    expect(judged({ states: '50 %', transitions: '100 %' }, FIRST)).toEqual([
      ['passed', '50.0 %, 1 of 2; never taken: /States/B'],
      ['failed', '0.0 %, 0 of 1; never taken: /States/A -> B'],
    ]);
  });

  it('is not judged where nothing was counted, or there is nothing of the kind', () => {
    expect(judged({ states: 100 })).toEqual([['not judged', 'this backend does not count']]);
    expect(judged({ choices: 100 }, FIRST)).toEqual([['not judged', 'the machine has no choices']]);
  });

  it('refuses what is no share', () => {
    expect(coverageSchema.safeParse({ states: '20 s' }).success).toBe(false);
    expect(coverageSchema.safeParse({ states: 120 }).success).toBe(false);
  });
});

describe('tables of cost', () => {
  it('add up, by service and by state', () => {
    const [row] = costTable([outcome()])!.rows;
    const [, ...parts] = row!.map((cell) => Number(cell.slice(1)));
    expect(parts.slice(0, 5).reduce((a, b) => a + b)).toBeCloseTo(parts[5]!, 5);
    const shares = stateCostTable([outcome()])!.rows.map((cells) => Number.parseFloat(cells.at(-1)!));
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(100, 0);
  });

  it("show another size beside the authors' model, and their bill only where REPORT lines exist", () => {
    const options = { extrapolate: { sizeBytes: 12.6 * 1024 ** 3, text: '12.6 GB' } };
    const table = extrapolationTable([outcome()], options)!;
    expect(table.title).toBe('Cost of 12.6 GB');
    expect(table.rows[0]!.slice(1, 2)).toEqual(['517']);
    expect(table.rows[0]!.slice(-2)).toEqual(['$0.16', 'not known']);
    const at75 = outcome();
    at75.record.dataset = { ...at75.record.dataset!, partitionMB: 75 };
    expect(extrapolationTable([at75], options)!.rows[0]!.slice(-2)).toEqual(['$0.30', '$0.99']);
  });
});

it('the published runs stand beside ours by partition size and number of workers', () => {
  const rows = publishedTable([outcome()])!.rows;
  expect(rows[1]!.slice(0, 3)).toEqual(['AWS, 25 MB, 1 GB', '41', '25.3 s']);
});

describe('the JSON report', () => {
  it('follows its schema', () => {
    const report = { ...sampleReport(20), cost: { extrapolate: { sizeBytes: 1e12, text: '1 TB' } } };
    const written: unknown = JSON.parse(renderJson(report));
    expect(reportSchema.safeParse(written).error?.issues).toBeUndefined();
  });

  it('names every member of a verdict', () => {
    const members: { [member in keyof Required<JudgedVerdict>]: true } = {
      name: true,
      outcome: true,
      expected: true,
      actual: true,
      path: true,
      evidence: true,
      soft: true,
      follows: true,
      needs: true,
      lacks: true,
      against: true,
      location: true,
    };
    const named = reportSchema.shape.runs.element.shape.verdicts.element.shape;
    expect(Object.keys(named).sort()).toEqual(Object.keys(members).sort());
  });

  it('takes a comparison as it is judged, open limits included', () => {
    const against = {
      reference: 'baseline',
      metric: 'p95(duration)',
      unit: 's',
      values: [1, 2],
      referenceValues: [1],
      ratio: { median: 1.5, low: 1, high: 2 },
      borne: { high: 2 },
    } as const;
    const verdict: JudgedVerdict = {
      name: 'x',
      outcome: 'passed',
      expected: '',
      actual: '',
      path: [],
      against: { ...against, values: [1, 2], referenceValues: [1] },
    };
    const report = { ...sampleReport(1), outcomes: [{ ...outcome(), verdicts: [verdict] }] };
    expect(reportSchema.parse(JSON.parse(renderJson(report))).runs[0]!.verdicts[0]).toMatchObject({
      against,
    });
  });

  it('is published: npx cosmicai schema --report > scenarios/report.schema.json', () => {
    const kept = JSON.parse(readFileSync('scenarios/report.schema.json', 'utf8'));
    expect(kept).toEqual(JSON.parse(renderReportJsonSchema()));
  });
});
