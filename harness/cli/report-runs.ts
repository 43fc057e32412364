import type { Report } from '../reports/report.ts';
import { loadRun } from '../reports/saved-run.ts';
import { renderTerminal } from '../reports/terminal.ts';
import { type ReportOptions, writeReports } from './report-options.ts';
import { findRunFolder } from './run-folders.ts';
import { wantsColor } from './wants-color.ts';

/** Renders saved runs; prints the terminal report when no other format is asked for. */
export async function reportRuns(runs: readonly string[], options: ReportOptions): Promise<void> {
  const report: Report = { outcomes: runs.map((run) => loadRun(findRunFolder(run))), failures: [] };
  const color = wantsColor();
  if (Object.keys(options).length === 0) process.stdout.write(renderTerminal(report, { color }));
  await writeReports(report, options);
}
