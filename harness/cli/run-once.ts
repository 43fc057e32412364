/** Carries out the runs of one request, shows and reports them; what was asked for is kept to be resumed. */
import { join } from 'node:path';
import { backendNamed } from '../backends/index.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { alphanumeric } from '../core/ids.ts';
import { seededRandom } from '../core/random.ts';
import { InvalidDocument } from '../document/diagnostics.ts';
import { type CoverageMinimums, coverageShortfalls } from '../reports/coverage.ts';
import { createProgress } from '../reports/progress/index.ts';
import type { Report } from '../reports/report.ts';
import { loadRun, saveOutcome } from '../reports/saved-run.ts';
import { renderTerminal } from '../reports/terminal.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { Dependencies } from '../scenario/dependencies.ts';
import { type Job, jobsOf } from '../scenario/jobs.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { notJudgedHere, type RunOutcome, worstExitCode } from '../scenario/outcome.ts';
import { runIdTime } from '../scenario/run-id.ts';
import { type RunnerResult, runAll } from '../scenario/runner.ts';
import { Suite, type SuiteRequest } from '../scenario/suite.ts';
import { openWorkspace, type Workspace } from '../scenario/workspace.ts';
import { fileLink } from './file-link.ts';
import { renderError } from './print-error.ts';
import {
  type CostOptionsGiven,
  checkReportFiles,
  costOptionsOf,
  type ReportOptions,
  textOutput,
  writeReports,
} from './report-options.ts';
import { RunOrigins } from './run-origins.ts';
import { readProvenance, saveProvenance } from './run-provenance.ts';
import { signingKey } from './signing-key.ts';
import { wantsColor } from './wants-color.ts';
import { writeRunReports } from './write-run-reports.ts';

/** Options that say how, not what. */
export interface RunOnceOptions extends ReportOptions, CostOptionsGiven {
  retries: number;
  workers: number;
  bail: boolean;
  strict: boolean;
  update: boolean;
  keep: boolean;
  verbose: boolean;
  dryRun?: boolean;
  /** USD. */
  maxCost?: number;
  yes?: boolean;
  /** Least coverage of the suite. */
  coverage?: CoverageMinimums;
  /** File for signed evidence. */
  attest?: string;
  /** Private key for it. */
  key?: string;
}

export interface RunOnceRequest {
  request: SuiteRequest;
  scenarios: readonly LoadedScenario[];
  options: RunOnceOptions;
  signal: AbortSignal;
  /** The interrupted suite to go on with. */
  resumed?: Suite;
}

/** Answers the exit code; throws the abort's reason when interrupted. */
export async function runOnce({
  request,
  scenarios,
  options,
  signal,
  resumed,
}: RunOnceRequest): Promise<ExitCode> {
  const workspace = openWorkspace();
  const clock = wallClock();
  const random = seededRandom(`${process.pid}/${clock.nowMs()}`);
  const backend = backendNamed(request.backend, {
    show: (text) => process.stderr.write(text),
    yes: options.yes ?? false,
    ...(options.maxCost === undefined ? {} : { maxCostUSD: options.maxCost }),
  });
  if (options.dryRun) {
    const { showPlans } = await import('./show-plans.ts');
    await showPlans(scenarios, backend);
    return ExitCode.passed;
  }
  const cost = costOptionsOf(options);
  checkReportFiles(options, options.attest);
  const key = options.attest === undefined ? undefined : signingKey(options.key);
  if (options.attest !== undefined && options.update) {
    throw new HarnessError('bad-options', '--update and --attest do not go together', {
      exitCode: ExitCode.inputWrong,
      remedy: 'write the references first, look at them, then run again with --attest',
    });
  }
  // Before anything is written: reports are no change of the sources.
  const origins = await RunOrigins.begin(scenarios, options.update);
  const suite =
    resumed ??
    Suite.begin(workspace.suites, `${runIdTime(clock.nowMs())}-${alphanumeric(random, 4)}`, request);
  const jobs = jobsOf(scenarios, request.repeat);
  const digests = digestsOf(jobs);
  const finished = resumed ? await standing(suite, await digests, workspace) : new Map<string, RunOutcome>();
  const color = wantsColor();
  const progress = createProgress(process.stderr, color);
  let result: RunnerResult;
  try {
    result = await runAll(
      scenarios,
      {
        backend,
        workspace,
        artifacts: rememberArtifacts(),
        clock,
        random,
        signal,
        keep: options.keep,
        update: options.update,
        onProgress: progress.listener,
        ...(options.verbose ? { log: (line: string) => process.stderr.write(`${line}\n`) } : {}),
      },
      {
        ...options,
        repeat: request.repeat,
        finished,
        async onFinished({ key, plan, scenario }, outcome) {
          saveOutcome(outcome);
          saveProvenance(outcome.runFolder, await origins.of(plan, scenario));
          const { runId, passed } = outcome;
          suite.keep({ key, digest: (await digests).get(key)!, runId, passed });
        },
      },
    );
  } finally {
    progress.stop();
  }
  if (result.skipped === 0) suite.end();
  const { coverage } = options;
  const report: Report = {
    ...reportOf(result),
    ...(cost ? { cost } : {}),
    ...(coverage ? { coverage } : {}),
  };
  const out = textOutput(options);
  const codes = result.errors.map(({ error }) => error.exitCode);
  const failed =
    result.outcomes.some((outcome) => !outcome.passed) ||
    coverageShortfalls(result.outcomes, coverage).length > 0;
  if (options.strict && result.outcomes.some((outcome) => notJudgedHere(outcome) > 0))
    codes.push(ExitCode.environmentFailed);
  const exitCode = worstExitCode([...codes, failed ? ExitCode.expectationFailed : ExitCode.passed]);
  let file: string | undefined;
  let notWritten: unknown;
  try {
    file = writeRunReports(report, { suiteFolder: suite.folder, out });
    await writeReports(report, options);
  } catch (error) {
    notWritten = error;
  }
  out.write(renderTerminal(report, { color, ...(file ? { file: fileLink(file, out) } : {}) }));
  if (notWritten !== undefined) {
    // How the runs ended is not hidden by a report that cannot be written.
    if (exitCode === ExitCode.passed) throw notWritten;
    process.stderr.write(`${renderError(notWritten)}\n`);
  }
  if (exitCode === ExitCode.passed && options.attest !== undefined && key !== undefined) {
    const { writeEvidence } = await import('./state-evidence.ts');
    await origins.requireUnchanged();
    const runs = result.outcomes.map((outcome) => ({
      outcome,
      provenance: readProvenance(outcome.runFolder),
    }));
    out.write(await writeEvidence(options.attest, runs, { key }));
  }
  return exitCode;
}

/** What each job depends on, by job key; begun at once, so that it tells the state the runs have started from. */
async function digestsOf(jobs: readonly Job[]): Promise<ReadonlyMap<string, string>> {
  const dependencies = new Dependencies();
  const digests = new Map<string, string>();
  for (const { key, plan, scenario } of jobs)
    digests.set(key, await dependencies.digestOf(plan, scenario.source));
  return digests;
}

/** Outcomes of runs that passed before and whose files are the same; told to whoever waits for the rest. */
async function standing(
  suite: Suite,
  digests: ReadonlyMap<string, string>,
  workspace: Workspace,
): Promise<Map<string, RunOutcome>> {
  const passed = suite.finished().filter((run) => run.passed && digests.has(run.key));
  const same = passed.filter(({ key, digest }) => digests.get(key) === digest);
  const stands = new Map(same.map(({ key, runId }) => [key, loadRun(join(workspace.runs, runId))]));
  const changed = passed.length - same.length;
  const again = changed > 0 ? `, ${changed} whose files have changed run again` : '';
  process.stderr.write(
    `Resuming ${suite.id}: ${stands.size} of ${digests.size} runs passed before${again}.\n`,
  );
  return stands;
}

function reportOf({ outcomes, errors, skipped }: RunnerResult): Report {
  return {
    outcomes,
    ...(skipped > 0 ? { skipped } : {}),
    failures: errors.map(({ scenario, file, label, error }) => ({ scenario, file, label, ...told(error) })),
  };
}

/** What went wrong, every mistake of a file included. */
function told(error: HarnessError): { message: string; remedy?: string } {
  if (error instanceof InvalidDocument && error.diagnostics.length > 1) {
    const each = error.diagnostics.map(({ file, line, column, message, hint }) => {
      const remedy = hint === undefined ? '' : `; ${hint}`;
      return `${file}:${line}:${column}: ${message}${remedy}`;
    });
    return { message: each.join('\n      ') };
  }
  return { message: error.message, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) };
}
