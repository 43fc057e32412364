import { ExitCode } from '../core/errors.ts';
import type { Report } from '../reports/report.ts';
import { loadRun } from '../reports/saved-run.ts';
import { renderTerminal } from '../reports/terminal.ts';
import type { RunOutcome } from '../scenario/outcome.ts';
import { CommandExit } from './command.ts';
import { type AttachOptions, isExecutionArn, reportedExecution } from './report-execution.ts';
import { type CostOptionsGiven, costOptionsOf, type ReportOptions, writeReports } from './report-options.ts';
import { findRunFolder } from './run-folders.ts';
import { wantsColor } from './wants-color.ts';

/** Renders saved runs; prints the terminal report when no other format is asked for. */
export async function reportRuns(
  runs: readonly string[],
  options: ReportOptions & CostOptionsGiven & AttachOptions,
): Promise<void> {
  const cost = costOptionsOf(options);
  const outcomes: RunOutcome[] = [];
  for (const run of runs)
    outcomes.push(isExecutionArn(run) ? await reportedExecution(run, options) : loadRun(findRunFolder(run)));
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
  // Saved runs are shown, executions are judged.
  if (runs.some(isExecutionArn) && outcomes.some(({ passed }) => !passed))
    throw new CommandExit(ExitCode.expectationFailed);
}
