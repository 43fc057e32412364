/**
 * The harness as a library: the local AWS, projects, scenarios and their judgement for programs and tests of one's own.
 * The composition root beside `cli/`: it may import everything, and nothing imports it. Each function loads what it
 * needs when it is called, so that importing the library costs next to nothing.
 *
 *     const outcome = await runScenario('scenarios/orders.yaml');
 *     expect(outcome.passed).toBe(true);
 */
import type { Emulator, EmulatorOptions } from './emulator/emulator.ts';
import type { RunScenarioOptions, ScenarioResult } from './library/run-scenario.ts';
import type { RunningProject } from './library/running-project.ts';
import type { ProjectOptions } from './library/start-project.ts';
import type { AxisOverrides, LoadedScenario } from './scenario/load.ts';

export type { Conditions } from './library/plan-project.ts';
export type { RunScenarioOptions, ScenarioResult } from './library/run-scenario.ts';
export type { RunningExecution, TaskResult } from './library/running-execution.ts';
export type { CompleteSources, RunningProject, Start } from './library/running-project.ts';
export type { ProjectOptions } from './library/start-project.ts';

/** Starts the local AWS alone: what `cosmicai up` serves. Whoever starts it stops it. */
export async function startEmulator(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await import('./emulator/emulator.ts');
  return emulator.startEmulator(options);
}

/**
 * Starts a local AWS of its own in this process and deploys the project on it. Whoever starts it stops it.
 * @throws InvalidDocument with every mistake of the project, HarnessError `project-missing`
 */
export async function startProject(options?: ProjectOptions): Promise<RunningProject> {
  await withPacks();
  const { startProject: start } = await import('./library/start-project.ts');
  return start(options);
}

/** Reads and checks a scenario file. @throws InvalidDocument with every mistake */
export async function loadScenario(file: string, overrides?: AxisOverrides): Promise<LoadedScenario> {
  await withPacks();
  const { loadScenario: load } = await import('./scenario/load.ts');
  return load(file, overrides);
}

/** Carries out every cell of a scenario, given loaded or as a file. */
export async function runScenario(
  scenario: string | LoadedScenario,
  options?: RunScenarioOptions,
): Promise<ScenarioResult> {
  await withPacks();
  const { runScenario: run } = await import('./library/run-scenario.ts');
  return run(scenario, options);
}

async function withPacks(): Promise<void> {
  const { registerPacks } = await import('./packs/register.ts');
  registerPacks();
}
