/** What the runs of one call are made from: sources of their projects, and each run's files, when it began. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import type { Project } from '../project/project.ts';
import { provenanceOf } from '../promotion/evidence/provenance.ts';
import { readSourceState } from '../promotion/evidence/source-state.ts';
import type { Provenance, SourceState } from '../promotion/evidence/statement.ts';
import type { LoadedScenario, PlannedRun } from '../scenario/load.ts';

/** Version of this package. */
export function harnessVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}

export class RunOrigins {
  readonly #harness = harnessVersion();
  readonly #updated: boolean;
  /** By the project's folder. */
  readonly #states: ReadonlyMap<string, { project: Project; state: SourceState }>;
  readonly #begun = new Map<PlannedRun, Promise<Provenance>>();

  private constructor(
    states: ReadonlyMap<string, { project: Project; state: SourceState }>,
    scenarios: readonly LoadedScenario[],
    updated: boolean,
  ) {
    this.#states = states;
    this.#updated = updated;
    for (const scenario of scenarios)
      for (const plan of scenario.runs) {
        const begun = this.#provenanceOf(plan, scenario);
        // A failure is answered by `of`.
        begun.catch(() => {});
        this.#begun.set(plan, begun);
      }
  }

  /** Reads the state of all sources. `updated`: references are written instead of compared with. */
  static async begin(scenarios: readonly LoadedScenario[], updated: boolean): Promise<RunOrigins> {
    const projects = new Map(scenarios.map(({ project }) => [project.folder, project]));
    const states = await Promise.all(
      [...projects].map(
        async ([folder, project]) => [folder, { project, state: await readSourceState(project) }] as const,
      ),
    );
    return new RunOrigins(new Map(states), scenarios, updated);
  }

  /** Of a run that has ended. */
  async of(plan: PlannedRun, scenario: LoadedScenario): Promise<Provenance> {
    const begun = await (this.#begun.get(plan) ?? this.#provenanceOf(plan, scenario));
    if (this.#updated) return begun;
    const now = await this.#provenanceOf(plan, scenario);
    const changed = begun.references.find(
      ({ path, sha256 }) => now.references.find((one) => one.path === path)?.sha256 !== sha256,
    );
    // Which contents the run has seen is not known: no evidence can be drawn from it.
    return changed === undefined ? begun : { ...begun, referencesChanged: true };
  }

  /** @throws HarnessError `sources-changed` when the sources were changed while the scenarios ran */
  async requireUnchanged(): Promise<void> {
    for (const { project, state } of this.#states.values()) {
      const now = await readSourceState(project);
      if (JSON.stringify(now) === JSON.stringify(state)) continue;
      const what = now.commit === state.commit ? now.changed.slice(0, 3).join(', ') : `commit ${now.commit}`;
      throw new HarnessError(
        'sources-changed',
        `no evidence is written: the sources in ${project.folder} were changed while the scenarios ran: ${what}`,
        { exitCode: ExitCode.expectationFailed, remedy: 'run the scenarios again' },
      );
    }
  }

  #provenanceOf(plan: PlannedRun, scenario: LoadedScenario): Promise<Provenance> {
    const { state } = this.#states.get(scenario.project.folder)!;
    return provenanceOf(plan, scenario, {
      harness: this.#harness,
      source: state,
      referencesChanged: this.#updated,
    });
  }
}
