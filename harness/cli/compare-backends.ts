import { backendsNamed } from '../backends/index.ts';
import { wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { seededRandom } from '../core/random.ts';
import { type BackendRun, renderBackendDifferences } from '../reports/backend-differences.ts';
import { createProgress } from '../reports/progress/index.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { findScenarioFiles } from '../scenario/find.ts';
import { loadScenario } from '../scenario/load.ts';
import { type CellValue, describeCell } from '../scenario/matrix.ts';
import { worstExitCode } from '../scenario/outcome.ts';
import { runAll } from '../scenario/runner.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { CommandExit } from './command.ts';
import { INTERRUPTED, untilInterrupted } from './interruption.ts';
import { wantsColor } from './wants-color.ts';
import { writeRunReports } from './write-run-reports.ts';

/** Runs the scenarios on one backend after the other, cell by cell side by side in the end. */
export async function compareBackends(
  paths: readonly string[],
  list: string,
  set?: Record<string, CellValue[]>,
): Promise<void> {
  const scenarios = findScenarioFiles(paths).map((file) => loadScenario(file, set));
  const backends = backendsNamed(list);
  if (backends.length < 2) {
    throw new HarnessError(
      'bad-comparison',
      `"${list}" names ${backends.length} backend; two are compared.`,
      {
        exitCode: ExitCode.inputWrong,
        remedy: 'Write --backends embedded,endpoint=URL, say.',
      },
    );
  }
  const interruption = untilInterrupted();
  const progress = createProgress(process.stderr, wantsColor());
  const clock = wallClock();
  const artifacts = rememberArtifacts();
  /** By scenario and cell, in the order they were run. */
  const cells = new Map<string, BackendRun[]>();
  const add = (key: string, run: BackendRun) => cells.set(key, [...(cells.get(key) ?? []), run]);
  const codes: ExitCode[] = [];
  try {
    for (const backend of backends) {
      const result = await runAll(scenarios, {
        backend,
        workspace: openWorkspace(),
        artifacts,
        clock,
        random: seededRandom(`${process.pid}/${clock.nowMs()}`),
        signal: interruption.abort,
        keep: false,
        onProgress: progress.listener,
      });
      writeRunReports({ outcomes: result.outcomes, failures: [] }, { out: process.stdout });
      for (const outcome of result.outcomes) {
        add(`${outcome.scenario} ${describeCell(outcome.cell)}`, { backend: backend.name, outcome });
        codes.push(outcome.passed ? ExitCode.passed : ExitCode.expectationFailed);
      }
      for (const { scenario, label, error } of result.errors) {
        add(`${scenario} ${label}`, { backend: backend.name, failure: error.message });
        codes.push(error.exitCode);
      }
    }
  } catch (error) {
    if (!interruption.abort.aborted) throw error;
    throw new CommandExit(INTERRUPTED);
  } finally {
    progress.stop();
  }
  for (const runs of cells.values()) process.stdout.write(`\n${renderBackendDifferences(runs)}`);
  const exitCode = worstExitCode(codes);
  if (exitCode !== ExitCode.passed) throw new CommandExit(exitCode);
}
