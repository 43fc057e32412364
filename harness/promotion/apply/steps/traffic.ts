import { invariant } from '../../../core/invariant.ts';
import { aliasArn, type Routing, readRouting, route } from '../../account/routing.ts';
import { liveEntry } from '../../release/journal.ts';
import type { ApplyContext, Step } from '../context.ts';
import { watch } from '../watch.ts';

/**
 * Users' executions go to the new version: in the shares of the environment, each watched against the version
 * before, then all. An interrupted release goes on from the share that it had reached.
 */
export const traffic: Step = {
  name: 'traffic',
  async run(context) {
    const { clients, blueprint, environment, stateMachineVersionArn: version } = context;
    invariant(version, 'a version is published before it gets traffic');
    const present = await readRouting(clients, aliasArn(blueprint));
    const before = versionBefore(context, present, version);
    const share = present?.[version] ?? 0;
    if (before !== undefined) {
      for (const weight of environment.canary.filter((one) => one >= share)) {
        if (weight > share) await lead(context, present, { [version]: weight, [before]: 100 - weight });
        await watch(context, version, before);
      }
    }
    if (share < 100) await lead(context, present, { [version]: 100 });
    await watch(context, version, before);
  },
};

async function lead(context: ApplyContext, present: Routing | null, wanted: Routing): Promise<void> {
  await route(context.clients, context.blueprint, present, wanted);
  const shares = Object.entries(wanted).map(
    ([arn, weight]) => `${weight} % to version ${arn.split(':').at(-1)}`,
  );
  context.onProgress(`traffic: ${shares.join(', ')}`);
}

/** What the new version is compared with: the live release's, or whatever else the alias leads to. */
function versionBefore(
  { journal }: ApplyContext,
  present: Routing | null,
  version: string,
): string | undefined {
  const candidates = [liveEntry(journal.journal)?.stateMachineVersionArn, ...Object.keys(present ?? {})];
  return candidates.find((arn) => arn !== undefined && arn !== version);
}
