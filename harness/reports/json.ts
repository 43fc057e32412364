import { writeFileSync } from 'node:fs';
import { costOf } from '../metrics/cost/cost.ts';
import { metrics } from '../metrics/index.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { figuresOf } from './figures.ts';
import { published } from './published.ts';
import type { Report } from './report.ts';

/** The report for machines: verdicts, figures and every metric's values with unit, clock and source. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(
    {
      reportVersion: 1,
      passed: report.failures.length === 0 && report.outcomes.every((outcome) => outcome.passed),
      published,
      runs: report.outcomes.map(runOf),
      failures: report.failures,
    },
    null,
    2,
  )}\n`;
}

export function writeJson(file: string, report: Report): void {
  writeFileSync(file, renderJson(report));
}

function runOf(outcome: RunOutcome) {
  const { record, verdicts, scenario, file, cell, runId, runFolder, passed, stagesMs } = outcome;
  return {
    scenario,
    file,
    cell,
    runId,
    runFolder,
    passed,
    stagesMs,
    backend: record.backend,
    clock: record.clock,
    host: record.host,
    artifacts: record.artifacts,
    gaps: record.gaps,
    figures: figuresOf(record),
    costUSD: record.invocations.length === 0 ? null : costOf(record),
    metrics: Object.fromEntries(
      metrics.map(({ name, unit, clock, source, values }) => [
        name,
        { unit, clock, source, values: values(record) },
      ]),
    ),
    verdicts,
  };
}
