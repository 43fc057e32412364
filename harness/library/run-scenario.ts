/** Scenarios for programs: what `cosmicai run` does, as a function. */
import { embedded } from '../backends/embedded.ts';
import { wallClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load.ts';
import type { RunContext } from '../scenario/run.ts';
import { type RunnerOptions, type RunnerResult, runAll } from '../scenario/runner.ts';
import { openWorkspace } from '../scenario/workspace.ts';

/** How to run; what is left out is as `cosmicai run` does it. */
export interface RunScenarioOptions
  extends Partial<RunnerOptions>,
    Partial<Pick<RunContext, 'backend' | 'clock' | 'signal' | 'keep' | 'update' | 'onProgress' | 'log'>> {
  /** Folder for caches and the evidence of runs (`.cosmicai`). */
  workspace?: string;
  /** Names of runs draw from it. */
  seed?: number | string;
}

export interface ScenarioResult extends RunnerResult {
  /** Every run came to a verdict and passed. */
  passed: boolean;
}

/** Carries out every cell of a scenario, given loaded or as a file. */
export async function runScenario(
  scenario: string | LoadedScenario,
  options: RunScenarioOptions = {},
): Promise<ScenarioResult> {
  const {
    bail = false,
    retries = 0,
    repeat = 1,
    workers = 1,
    finished,
    onFinished,
    workspace,
    seed,
    ...rest
  } = options;
  const clock = options.clock ?? wallClock();
  const context: RunContext = {
    backend: embedded,
    artifacts: rememberArtifacts(),
    signal: new AbortController().signal,
    keep: false,
    onProgress() {},
    ...rest,
    clock,
    workspace: openWorkspace(workspace),
    random: seededRandom(seed ?? `${process.pid}/${clock.nowMs()}`),
  };
  const loaded = typeof scenario === 'string' ? loadScenario(scenario) : scenario;
  const result = await runAll([loaded], context, {
    bail,
    retries,
    repeat,
    workers,
    ...(finished ? { finished } : {}),
    ...(onFinished ? { onFinished } : {}),
  });
  const passed = result.errors.length === 0 && result.outcomes.every((outcome) => outcome.passed);
  return { ...result, passed };
}
