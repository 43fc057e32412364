/**
 * The reports that every `cosmicai run` writes: one in each run's folder, one of the whole call, and on GitHub Actions
 * annotations and the step summary.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderAnnotations, writeStepSummary } from '../reports/github.ts';
import { renderHtml } from '../reports/html/index.ts';
import type { Report } from '../reports/report.ts';

/** Name of the report in a run's folder and in that of a call. */
const REPORT_FILE = 'report.html';

export interface RunReportTargets {
  /** Folder of the call; only needed where a call has several runs, or runs that never came to a verdict. */
  suiteFolder?: string;
  /** Where workflow commands for GitHub Actions go. */
  out: { write(text: string): unknown };
}

/** Answers the file to look at: of the only run, or of the whole call. */
export function writeRunReports(report: Report, { suiteFolder, out }: RunReportTargets): string | undefined {
  const { outcomes, failures } = report;
  const files = outcomes.map((outcome) => {
    const file = join(outcome.runFolder, REPORT_FILE);
    writeFileSync(file, renderHtml({ outcomes: [outcome], failures: [] }));
    return file;
  });
  let shown = files[0];
  if (outcomes.length !== 1 || failures.length > 0) {
    shown = suiteFolder && join(suiteFolder, REPORT_FILE);
    if (shown) writeFileSync(shown, renderHtml(report));
  }
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    out.write(renderAnnotations(report));
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    if (summary) writeStepSummary(summary, report);
  }
  return shown;
}
