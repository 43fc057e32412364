import { aliasArn, type Routing, readRouting, route } from '../../account/routing.ts';
import { liveEntry } from '../../release/journal.ts';
import type { ApplyContext, Step } from '../context.ts';
import { type WatchedVersion, watch } from '../watch.ts';

/** One state machine's alias while traffic moves. */
interface Shift extends WatchedVersion {
  name: string;
  present: Routing | null;
}

/**
 * Users' executions go to the new versions: in the shares of the environment, all state machines together, each share
 * watched against the versions before, then all. An interrupted release goes on from the share that it had reached.
 */
export const traffic: Step = {
  name: 'traffic',
  async run(context) {
    const { blueprint, environment } = context;
    const shifts = await Promise.all(
      Object.keys(blueprint.stateMachines).map((name) => shiftOf(context, name)),
    );
    if (shifts.length === 0) return;
    const share = Math.min(...shifts.map(({ present, version }) => present?.[version] ?? 0));
    if (shifts.some(({ before }) => before !== undefined)) {
      for (const weight of environment.canary.filter((one) => one >= share)) {
        if (weight > share) await lead(context, shifts, weight);
        await watch(context, shifts);
      }
    }
    if (share < 100) await lead(context, shifts, 100);
    await watch(context, shifts);
  },
};

async function shiftOf(context: ApplyContext, name: string): Promise<Shift> {
  const machine = context.blueprint.stateMachines[name]!;
  const version = context.published.stateMachines[name]!;
  const present = await readRouting(context.clients, aliasArn(machine));
  const before = versionBefore(context, name, present, version);
  return { name, version, present, type: machine.type, ...(before === undefined ? {} : { before }) };
}

/** `weight` percent to the new version of each machine; a machine without a version before has no other to go to. */
async function lead(context: ApplyContext, shifts: readonly Shift[], weight: number): Promise<void> {
  const { clients, blueprint } = context;
  for (const { name, present, version, before } of shifts) {
    const split = weight < 100 && before !== undefined;
    const wanted = split ? { [version]: weight, [before]: 100 - weight } : { [version]: 100 };
    await route(clients, blueprint.stateMachines[name]!, blueprint.release, present, wanted);
    const shares = Object.entries(wanted).map(
      ([arn, share]) => `${share} % to version ${arn.split(':').at(-1)}`,
    );
    const whose = shifts.length > 1 ? ` of ${name}` : '';
    context.onProgress(`traffic${whose}: ${shares.join(', ')}`);
  }
  for (const shift of shifts) shift.present ??= {};
}

/** What the new version is compared with: the live release's, or whatever else the alias leads to. */
function versionBefore(
  { journal }: ApplyContext,
  name: string,
  present: Routing | null,
  version: string,
): string | undefined {
  const live = liveEntry(journal.journal)?.stateMachineVersionArns?.[name];
  return [live, ...Object.keys(present ?? {})].find((arn) => arn !== undefined && arn !== version);
}
