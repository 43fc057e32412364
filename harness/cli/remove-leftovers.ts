import { removeLeftDeployments } from '../backends/aws/remove-deployment.ts';
import { removeLeftContainers } from '../backends/docker/leftovers.ts';
import { wallClock } from '../core/clock.ts';
import { HarnessError } from '../core/errors.ts';
import { openWorkspace } from '../scenario/workspace.ts';

/** Removes leftovers and says what they were, one line each. No Docker on the machine: then there are none of it. */
export async function removeLeftovers({ all }: { all: boolean }): Promise<void> {
  const removed = [
    ...(await containers(all)),
    ...(await removeLeftDeployments(openWorkspace().deployments, all, wallClock())),
  ];
  for (const line of removed) process.stdout.write(`${line}\n`);
  process.stdout.write(removed.length === 0 ? 'Nothing was left behind.\n' : `${removed.length} removed.\n`);
}

async function containers(all: boolean): Promise<string[]> {
  try {
    const left = await removeLeftContainers(all);
    return left.map(
      ({ id, role, image, owner }) => `container ${id.slice(0, 12)} ${role} (${image}) of ${owner}`,
    );
  } catch (error) {
    if (!(error instanceof HarnessError) || error.code !== 'no-docker') throw error;
    return [];
  }
}
