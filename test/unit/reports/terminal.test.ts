import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../harness/assertions/assertion.ts';
import { seedTable } from '../../../harness/packs/redshift/reports/seed-table.ts';
import { renderJson } from '../../../harness/reports/json.ts';
import { runTable } from '../../../harness/reports/run-table.ts';
import { renderTerminal } from '../../../harness/reports/terminal.ts';
import type { RunOutcome } from '../../../harness/scenario/outcome.ts';
import { sampleEvidence } from '../assertions/sample-record.ts';

function outcome(partitionMB: number | undefined, verdicts: Verdict[] = []): RunOutcome {
  const { record, runFolder } = sampleEvidence((run) => {
    delete run.dataset!.partitionMB;
    if (partitionMB !== undefined) run.dataset!.partitionMB = partitionMB;
  });
  return {
    scenario: 'sample',
    file: 'scenarios/sample.yaml',
    cell: partitionMB === undefined ? {} : { partitionMB },
    runId: 'run',
    runFolder,
    record,
    verdicts: verdicts.map((verdict) => ({ ...verdict, location: { file: 's.yaml', line: 3, column: 5 } })),
    stagesMs: {},
    passed: !verdicts.some((verdict) => verdict.outcome === 'failed' && !verdict.soft),
  };
}

const failed: Verdict = {
  name: 'predictions MAE',
  outcome: 'failed',
  expected: '< 0.02',
  actual: '0.031 over 1200 samples',
  path: ['expect', 'predictions', 'MAE'],
  evidence: 'predictions.json',
};

const render = (outcomes: RunOutcome[]) => renderTerminal({ outcomes, failures: [] }, { color: false });

describe('the terminal report', () => {
  it('says of a failure what was expected, what came, where it was asked and where the evidence is', () => {
    const text = render([outcome(25, [failed])]);
    expect(text).toContain('FAIL sample partitionMB=25 (0 of 1 checks)');
    expect(text).toMatch(
      /x predictions MAE {2}s\.yaml:3:5\n {6}expected < 0\.02\n {6}actual {3}0\.031 over 1200 samples\n {6}evidence .*runs\/run\/predictions\.json/,
    );
    expect(text).toMatch(/0 passed, 1 failed\n$/);
  });

  it('mentions soft failures and what was not judged, and passes', () => {
    const text = render([
      outcome(25, [
        { ...failed, soft: true },
        { ...failed, name: 'waiting', outcome: 'not judged' },
      ]),
    ]);
    expect(text).toContain('! predictions MAE (soft)');
    expect(text).toContain('! waiting (not judged)');
    expect(text).toMatch(/1 passed\n$/);
  });

  it('tells runs that came to no verdict, with the remedy', () => {
    const failure = {
      scenario: 'x',
      file: 'x.yaml',
      label: 'a=1',
      message: 'No space is left.',
      remedy: 'Make some.',
    };
    const text = renderTerminal({ outcomes: [], failures: [failure] }, { color: false });
    expect(text).toBe(
      'ERROR x a=1\n      No space is left.\n      Make some.\n\n0 passed, 1 could not run\n',
    );
  });

  it('has no colour unless asked', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what must not be there
    expect(render([outcome(25, [failed])])).not.toMatch(/\x1b/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: and here it must
    expect(renderTerminal({ outcomes: [outcome(25)], failures: [] }, { color: true })).toMatch(/\x1b/);
  });
});

describe("the seed's table", () => {
  it('puts the 50 MB run beside the published figures', () => {
    const table = seedTable([outcome(25), outcome(50)])!;
    expect(table.head).toEqual([
      'per worker',
      'published local',
      'published AWS',
      'this run (50 MB partitions)',
    ]);
    expect(table.rows).toEqual([
      ['execution time per batch of 512', '4.23 s', '2.46 s', '1.707 s'],
      ['throughput', '161.98 Mbps (contradicted)', '34.44 Mbps', '49.25 Mbps'],
      ['CPU time', '~12.7 s', '~12.5 s', '3.00 s'],
      ['memory', '~25.3 GB', '~3.76 GB', '0.29 GB'],
      ['samples per second', '~121', '~211', '300'],
    ]);
  });

  it('says that the published local throughput cannot be', () => {
    expect(seedTable([outcome(50)])!.notes[0]).toMatch(
      /121 samples\/s x 164,160 bits are 19\.9 Mbps, not 161\.98/,
    );
  });

  it('is left out where nothing is comparable', () => {
    expect(seedTable([outcome(undefined)])).toBeUndefined();
    expect(seedTable([])).toBeUndefined();
  });
});

describe('the table of runs', () => {
  it('has a row per run with the figures of its record', () => {
    const table = runTable([outcome(25), outcome(50)])!;
    const row = Object.fromEntries(table.head.map((head, index) => [head, table.rows[0]![index]]));
    expect(row).toEqual({
      run: '25 MB',
      files: '2',
      duration: '4.0 s',
      batches: '4',
      's/batch': '1.707',
      'samples/s': '300',
      Mbps: '49.2',
      CPU: '3.00 s',
      'peak memory': '300 MB',
      'GB-s': '5.1',
      cold: '1',
      'AWS cost': '$0.000331',
    });
  });
});

describe('the JSON report', () => {
  it('has verdicts, figures and every metric with its unit, clock and source', () => {
    const report = JSON.parse(renderJson({ outcomes: [outcome(25, [failed])], failures: [] }));
    expect(report).toMatchObject({
      reportVersion: 1,
      passed: false,
      runs: [
        {
          scenario: 'sample',
          cell: { partitionMB: 25 },
          figures: { batches: 4, samplesPerSecond: 300 },
          metrics: { 'inference.duration': { unit: 's', clock: 'lambda', values: [2.5005, 2.4] } },
          verdicts: [{ name: 'predictions MAE', outcome: 'failed', path: ['expect', 'predictions', 'MAE'] }],
        },
      ],
    });
  });
});
