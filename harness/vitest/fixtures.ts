/** Fixtures: a project on a local AWS of its own for each test, and clients for it. Both end with the test. */
import { test as base } from 'vitest';
import type { AwsClients } from '../deploy/aws-access.ts';
import type { RunningProject } from '../library/running-project.ts';
import { type ProjectOptions, startProject } from '../library/start-project.ts';

export interface CosmicaiFixtures {
  /** How the project starts; replace it with `test.extend({ projectOptions: { clock: 'virtual' } })`. */
  projectOptions: ProjectOptions;
  /** The project of the working directory, deployed. */
  project: RunningProject;
  /** AWS SDK clients of its local AWS. */
  clients: AwsClients;
}

export const test = base.extend<CosmicaiFixtures>({
  projectOptions: {},
  project: async ({ projectOptions }, use) => {
    const project = await startProject(projectOptions);
    try {
      await use(project);
    } finally {
      await project.stop();
    }
  },
  clients: async ({ project }, use) => {
    await use(project.clients);
  },
});
