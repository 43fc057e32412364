/** What every `cosmicai run` leaves behind: a report in each run's folder, and on GitHub Actions what that shows. */
import { join } from 'node:path';
import { renderAnnotations, writeStepSummary } from '../reports/github.ts';
import { writeHtml } from '../reports/html/index.ts';
import type { Report } from '../reports/report.ts';

export function leaveReports(report: Report): void {
  for (const outcome of report.outcomes) {
    writeHtml(join(outcome.runFolder, 'report.html'), { outcomes: [outcome], failures: [] });
  }
  if (process.env['GITHUB_ACTIONS'] !== 'true') return;
  process.stdout.write(renderAnnotations(report));
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary) writeStepSummary(summary, report);
}
