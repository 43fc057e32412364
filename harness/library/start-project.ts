import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded } from '../backends/embedded.ts';
import { VirtualClock, wallClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { clientsFor } from '../deploy/aws-access.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { injectFaults } from '../scenario/inject-faults.ts';
import { limitsFor } from '../scenario/limits-schema.ts';
import { openWorkspace } from '../scenario/workspace.ts';
import { type Conditions, planProject } from './plan-project.ts';
import { RunningProject } from './running-project.ts';

export interface ProjectOptions extends Conditions {
  /** The project file, or a path at or below its folder; the working directory when left out. */
  path?: string;
  /** Folder for caches; `.cosmicai` in the working directory when left out. */
  workspace?: string;
  /** Called with what the local AWS and the functions log. */
  log?: (line: string) => void;
}

/** One build for all projects of a process: the same sources give the same zips. */
const artifacts = rememberArtifacts();

/**
 * Starts a local AWS of its own in this process and deploys the project on it. Whoever starts it stops it.
 * @throws InvalidDocument with every mistake of the project, HarnessError `project-missing`
 */
export async function startProject(options: ProjectOptions = {}): Promise<RunningProject> {
  const { path = process.cwd(), workspace: root, log, ...conditions } = options;
  const plan = planProject(path, conditions);
  const { scenario } = plan;
  const clock = wallClock();
  const stateFolder = mkdtempSync(join(tmpdir(), 'cosmicai-project-'));
  const random = seededRandom(stateFolder);
  const workspace = openWorkspace(root);
  const remove = () => rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5 });
  const running = await embedded
    .start({
      clock: scenario.clock === 'virtual' ? new VirtualClock(clock.nowMs()) : clock,
      ...(scenario.limits ? { limits: limitsFor(scenario.limits) } : {}),
      ...(scenario.iam === 'off' ? {} : { iam: scenario.iam }),
      random,
      stateFolder,
      packagesFolder: workspace.packageCache,
      signal: new AbortController().signal,
      ...(log ? { log } : {}),
    })
    .catch((error: unknown) => {
      remove();
      throw error;
    });
  const project = new RunningProject({
    path,
    conditions,
    plan,
    running,
    clients: clientsFor(running.access),
    clock,
    random,
    workspace,
    artifacts,
    async dispose() {
      await running.stop();
      remove();
    },
  });
  try {
    await project.deploy();
    await injectFaults(running, scenario.faults);
  } catch (error) {
    await project.stop();
    throw error;
  }
  return project;
}
