import { aliasArn, readRouting, removeAlias, route } from '../account/routing.ts';
import { giveUp, liveEntry, pendingEntry } from '../release/journal.ts';
import { type ApplyContext, changeJournal, nowText } from './context.ts';
import { putNotifications } from './notifications.ts';
import { putPolicies, removeOldPolicies } from './role-policies.ts';

/**
 * Gives the pending release up: all traffic goes to the live release, which was never touched. Traffic first, the
 * journal last: an interrupted rollback can be repeated.
 */
export async function rollBack(context: ApplyContext, reason: string): Promise<void> {
  const { clients, blueprint, plan } = context;
  const { journal } = context.journal;
  const live = liveEntry(journal);
  // Its rights may have been taken away already when this release was interrupted at its very end.
  if (plan.live) await putPolicies(clients, plan.live);
  for (const [name, machine] of Object.entries(blueprint.stateMachines)) {
    const present = await readRouting(clients, aliasArn(machine));
    const target = live?.stateMachineVersionArns?.[name];
    if (present && target !== undefined && present[target] !== 100) {
      await route(clients, machine, live!.release, present, { [target]: 100 });
    }
    // Without a release before there is nothing that users' executions could go to.
    if (present && target === undefined) await removeAlias(clients, aliasArn(machine));
  }
  if (plan.live && live?.versions) await putNotifications(context.deploy, plan.live, live.versions);
  if (plan.live) await removeOldPolicies(context, [plan.live]);
  if (pendingEntry(journal)) {
    await changeJournal(context, (all) => giveUp(all, reason, nowText(context)));
  }
}
