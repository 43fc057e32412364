import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Clock } from '../../core/clock.ts';
import { type AwsClients, clientsFor } from '../../deploy/aws-access.ts';
import { teardown } from '../../deploy/deploy.ts';
import type { DeploymentPlan } from '../../deploy/resource.ts';
import { isGone } from '../docker/leftovers.ts';
import { type JournalEntry, readEntries, removeEntry } from './journal.ts';

/** Removes a deployment as its journal has it, and then the note. Answers the names of what was removed. */
export async function removeDeployment(
  clients: AwsClients,
  file: string,
  entry: JournalEntry,
  clock: Clock,
): Promise<string[]> {
  await stopExecutions(clients, entry.stateMachineArn);
  // The plan's other fields are of making, not of removing.
  const removed = await teardown(clients, entry as unknown as DeploymentPlan, clock, { adoptUntagged: true });
  removeEntry(file);
  return removed;
}

/** A machine that is being deleted lets its executions go on, and they would go on to be paid for. */
async function stopExecutions({ stepfunctions }: AwsClients, stateMachineArn: string): Promise<void> {
  const listed = await stepfunctions
    .send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }))
    .catch((error: Error) => {
      if (error.name !== 'StateMachineDoesNotExist') throw error;
      return { executions: [] };
    });
  for (const { executionArn } of listed.executions ?? []) {
    await stepfunctions.send(
      new StopExecutionCommand({
        executionArn,
        error: 'Cosmicai.Cleanup',
        cause: 'The harness that started this execution is gone or has been interrupted.',
      }),
    );
  }
}

/** Removes the deployments whose process is gone, or all that are noted; answers a line for each thing removed. */
export async function removeLeftDeployments(folder: string, all: boolean, clock: Clock): Promise<string[]> {
  const lines: string[] = [];
  for (const { file, entry } of readEntries(folder)) {
    if (!all && !isGone(entry.owner)) continue;
    const { region, profile, prefix } = entry;
    const clients = clientsFor({ region, endpoints: {}, ...(profile === undefined ? {} : { profile }) });
    try {
      const removed = await removeDeployment(clients, file, entry, clock);
      lines.push(...removed.map((name) => `${name} of ${prefix} in ${region}`));
    } finally {
      clients.close();
    }
  }
  return lines;
}
