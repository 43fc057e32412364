import { backendNamed } from '../backends/index.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { seededRandom } from '../core/random.ts';
import { readSourceState } from '../promotion/evidence/source-state.ts';
import { type CoverageMinimums, coverageShortfalls } from '../reports/coverage.ts';
import { createProgress } from '../reports/progress.ts';
import type { Report } from '../reports/report.ts';
import { renderTerminal } from '../reports/terminal.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { findScenarioFiles } from '../scenario/find.ts';
import { loadScenario } from '../scenario/load.ts';
import type { CellValue } from '../scenario/matrix.ts';
import { notJudgedHere, worstExitCode } from '../scenario/outcome.ts';
import type { RunContext } from '../scenario/run.ts';
import { type RunnerResult, runAll } from '../scenario/runner.ts';
import { type Selection, type Shard, selectRuns } from '../scenario/select.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';
import { leaveReports } from './leave-reports.ts';
import { type CostOptionsGiven, costOptionsOf, type ReportOptions, writeReports } from './report-options.ts';
import { saveSource } from './run-source.ts';
import { signingKey } from './signing-key.ts';
import { wantsColor } from './wants-color.ts';

/** Options of `run` as commander hands them over. */
export interface RunOptions extends ReportOptions, CostOptionsGiven {
  backend: string;
  set?: Record<string, CellValue[]>;
  grep?: RegExp;
  tag?: string[];
  shard?: Shard;
  repeat: number;
  retries: number;
  bail: boolean;
  /** Seconds. */
  timeout?: number;
  strict: boolean;
  update: boolean;
  keep: boolean;
  verbose: boolean;
  /** Least coverage of the suite. */
  coverage?: CoverageMinimums;
  /** File for signed evidence. */
  attest?: string;
  /** Private key for it. */
  key?: string;
}

/** Reads all scenarios first, so a mistake in the last one is told before the first one runs. */
export async function runScenarios(paths: readonly string[], options: RunOptions): Promise<void> {
  const loaded = findScenarioFiles(paths).map((file) => loadScenario(file, options.set));
  const scenarios = selectRuns(loaded, selectionOf(options));
  const cost = costOptionsOf(options);
  const backend = backendNamed(options.backend);
  const key = options.attest === undefined ? undefined : signingKey(options.key);
  // Before anything is written: reports are no change of the sources.
  const source = await readSourceState(packageRoot());
  const interruption = untilInterrupted();
  const color = wantsColor();
  const progress = createProgress(process.stderr, color);
  const clock = wallClock();
  let result: RunnerResult;
  try {
    const context: RunContext = {
      backend,
      workspace: openWorkspace(),
      artifacts: rememberArtifacts(),
      clock,
      random: seededRandom(`${process.pid}/${clock.nowMs()}`),
      signal: interruption.abort,
      keep: options.keep,
      update: options.update,
      onProgress: progress.listener,
      ...(options.verbose ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    };
    result = await runAll(scenarios, context, options);
  } catch (error) {
    if (!interruption.abort.aborted) throw error;
    progress.stop();
    process.stderr.write('Interrupted: everything this run had started is stopped.\n');
    throw new CommandExit(INTERRUPTED);
  } finally {
    progress.stop();
  }
  const { coverage } = options;
  const report: Report = {
    ...reportOf(result),
    ...(cost ? { cost } : {}),
    ...(coverage ? { coverage } : {}),
  };
  process.stdout.write(renderTerminal(report, { color }));
  leaveReports(report);
  for (const { runFolder } of result.outcomes) saveSource(runFolder, source);
  await writeReports(report, options);
  const codes = result.errors.map(({ error }) => error.exitCode);
  const failed =
    result.outcomes.some((outcome) => !outcome.passed) ||
    coverageShortfalls(result.outcomes, coverage).length > 0;
  if (options.strict && result.outcomes.some((outcome) => notJudgedHere(outcome) > 0)) {
    codes.push(ExitCode.environmentFailed);
  }
  const exitCode = worstExitCode([...codes, failed ? ExitCode.expectationFailed : ExitCode.passed]);
  if (exitCode !== ExitCode.passed) throw new CommandExit(exitCode);
  if (options.attest !== undefined && key !== undefined) {
    const { writeEvidence } = await import('./state-evidence.ts');
    const runs = result.outcomes.map((outcome) => ({ outcome, source }));
    process.stdout.write(await writeEvidence(options.attest, runs, { key }));
  }
}

function selectionOf({ grep, tag, shard, timeout }: RunOptions): Selection {
  return {
    ...(grep === undefined ? {} : { grep }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(shard === undefined ? {} : { shard }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
  };
}

function reportOf({ outcomes, errors, skipped }: RunnerResult): Report {
  return {
    outcomes,
    ...(skipped > 0 ? { skipped } : {}),
    failures: errors.map(({ scenario, file, label, error }) => ({
      scenario,
      file,
      label,
      message: error.message,
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    })),
  };
}
