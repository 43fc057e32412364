import { renderPlan } from '../backends/aws/spend-guard.ts';
import type { Backend } from '../backends/backend.ts';
import { wallClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { clientsFor } from '../deploy/aws-access.ts';
import { whoAmI } from '../deploy/deploy.ts';
import { planDeployment } from '../deploy/plan.ts';
import { rememberArtifacts } from '../scenario/artifact-memory.ts';
import { planRun } from '../scenario/deploy-run.ts';
import { estimateRun } from '../scenario/estimate-cost.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { describeCell } from '../scenario/matrix.ts';
import { executionsOf } from '../scenario/steps/index.ts';
import { createRunFolders, openWorkspace, removeState } from '../scenario/workspace.ts';

/** Prints for every run what would be made and what it may cost. Asks the place who one is, and makes nothing. */
export async function showPlans(scenarios: readonly LoadedScenario[], backend: Backend): Promise<void> {
  const workspace = openWorkspace();
  const clock = wallClock();
  const random = seededRandom(`${process.pid}/${clock.nowMs()}`);
  const artifacts = rememberArtifacts();
  const folders = createRunFolders(workspace, `plan-${process.pid}`);
  const running = await backend.start({ clock, random, stateFolder: folders.state });
  const clients = clientsFor(running.access);
  try {
    const { account } = await whoAmI(clients);
    for (const { name, runs } of scenarios) {
      for (const run of runs) {
        const dataset = await run.dataset?.locate(clients.s3);
        const { spec, input } = await planRun(run, dataset, running, { workspace, artifacts });
        const plan = planDeployment(spec, account);
        const executions = executionsOf(run.scenario.steps);
        const estimate = estimateRun(run.project.pack, { dataset, input, plan, executions });
        process.stdout.write(`${name} ${describeCell(run.cell)}\n${renderPlan(plan, estimate)}\n`);
      }
    }
  } finally {
    clients.close();
    await running.stop();
    await removeState(folders);
  }
}
