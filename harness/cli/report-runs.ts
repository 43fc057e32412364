import { join } from 'node:path';
import { ExitCode } from '../core/errors.ts';
import type { Report } from '../reports/report.ts';
import { loadRun } from '../reports/saved-run.ts';
import { renderTerminal } from '../reports/terminal.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';
import { type AttachOptions, isExecutionArn, reportedExecution } from './report-execution.ts';
import {
  type CostOptionsGiven,
  checkReportFiles,
  costOptionsOf,
  type ReportOptions,
  writeReports,
} from './report-options.ts';
import { findRunFolders } from './run-folders.ts';
import { wantsColor } from './wants-color.ts';

/** Renders saved runs; prints the terminal report when no other format is asked for. */
export async function reportRuns(
  runs: readonly string[],
  options: ReportOptions & CostOptionsGiven & AttachOptions & { open?: boolean },
): Promise<void> {
  const cost = costOptionsOf(options);
  checkReportFiles(options);
  const outcomes: RunOutcome[] = [];
  for (const run of runs) {
    if (isExecutionArn(run)) outcomes.push(await reportedExecution(run, options));
    else outcomes.push(...findRunFolders(run).map(loadRun));
  }
  const report: Report = {
    // In the order they were run, not in that of their names.
    outcomes: outcomes.sort((a, b) => a.record.startedAtMs - b.record.startedAtMs),
    failures: [],
    ...(cost ? { cost } : {}),
  };
  const color = wantsColor();
  const { html, junit, markdown, json } = options;
  if ([html, junit, markdown, json].every((one) => one === undefined))
    process.stdout.write(renderTerminal(report, { color }));
  await writeReports(report, options);
  if (options.open) await openReport(report, html);
  // Saved runs are shown, executions are judged.
  if (runs.some(isExecutionArn) && outcomes.some(({ passed }) => !passed))
    throw new CommandExit(ExitCode.expectationFailed);
}

/** Opens the report in the browser: the file that was asked for, or one in the workspace. */
async function openReport(report: Report, html: string | undefined): Promise<void> {
  let file = html;
  if (file === undefined || file === '-') {
    file = join(openWorkspace().root, 'report.html');
    await writeReports(report, { html: file });
  }
  const { openInBrowser } = await import('./open-in-browser.ts');
  await openInBrowser(file);
}
