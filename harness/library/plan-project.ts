import { join } from 'node:path';
import { nearestProject } from '../project/nearest-project.ts';
import { type PlannedRun, readScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/schema.ts';

/** Fields of a scenario that say how a project is deployed and under which conditions it runs. */
export type Conditions = Partial<Pick<Scenario, 'clock' | 'iam' | 'limits' | 'mocks' | 'faults' | 'seed'>> & {
  /** What differs from the project, as `deploy` of a scenario; paths are relative to the project. */
  deploy?: Readonly<Record<string, unknown>>;
  /** As `dataset` of a scenario. */
  dataset?: Readonly<Record<string, unknown>>;
};

/**
 * The run that a scenario with these fields describes, so that the library and scenarios share one schema and one way
 * to deploy. @throws InvalidDocument, HarnessError `project-missing`
 */
export function planProject(path: string, conditions: Conditions): PlannedRun {
  const project = nearestProject(path);
  const scenario = { apiVersion: 'cosmicai/v1', kind: 'Scenario', name: 'library', ...conditions };
  // Every JSON text is a YAML text. Mistakes are reported as those of this file.
  return readScenario(join(project.folder, 'startProject()'), JSON.stringify(scenario, null, 2)).runs[0]!;
}
