/**
 * A process that dies in the middle of a release: every write call in turn reaches the account, and nothing follows.
 * Applying again must end in the state that an undisturbed release leaves.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsClients } from '../../../harness/deploy/aws-access.ts';
import { aliasArn } from '../../../harness/promotion/account/routing.ts';
import {
  type Account,
  accountState,
  connect,
  execute,
  plan,
  type Release,
  release,
  releaseOf,
  startAccount,
} from './rig.ts';

let account: Account;
let folder: string;
beforeAll(async () => {
  account = await startAccount();
  folder = account.folder;
});
afterAll(() => account?.stop());

const stateOf = (one: Release) => accountState({ ...one, clients: account.clients }, folder);

const READS = /^(?:Get|Head|List|Describe)/;

/** Clients that carry out `writes` write calls and are dead from then on; `died` resolves at that moment. */
function mortalClients(writes: number): { clients: AwsClients; died: Promise<'died'>; calls: string[] } {
  const clients = connect(account.emulator, account.promoterCredentials);
  const calls: string[] = [];
  let die = (_how: 'died') => {};
  const died = new Promise<'died'>((resolve) => {
    die = resolve;
  });
  const forever = new Promise<never>(() => {});
  const { region: _region, close: _close, ...services } = clients;
  for (const client of Object.values(services)) {
    // One kind of client as good as another: only the name of the command matters.
    (client as AwsClients['s3']).middlewareStack.add(
      (next, context) => async (args) => {
        if (calls.length >= writes) return forever;
        const answer = await next(args);
        const name = String(context['commandName']).replace(/Command$/, '');
        if (READS.test(name)) return answer;
        calls.push(name);
        if (calls.length < writes) return answer;
        die('died');
        return forever;
      },
      { step: 'initialize', name: 'mortality' },
    );
  }
  return { clients, died, calls };
}

/** Applies until the n-th write, which is the last thing that happens. Answers the writes that were made. */
async function applyUntil(one: Release, writes: number): Promise<{ calls: string[]; ended: boolean }> {
  const { clients, died, calls } = mortalClients(writes);
  const outcome = release({ ...one, clients }, folder).then(() => 'ended' as const);
  const how = await Promise.race([died, outcome]);
  // Read calls of the dead may still be under way; they are cut off.
  clients.close();
  outcome.catch(() => {});
  return { calls, ended: how === 'ended' };
}

/** Numbers of writes to die after: the first and the last of equal ones in a row, and every object. */
function turningPoints(calls: readonly string[]): number[] {
  return calls.flatMap((name, index) => {
    const middle = name !== 'PutObject' && calls[index - 1] === name && calls[index + 1] === name;
    return middle ? [] : [index + 1];
  });
}

// Some seventy releases: minutes on a machine that others use too.
const patient = 600_000;

describe('a release that dies after its n-th write', () => {
  it(
    'ends, applied again, as the undisturbed one: the first release',
    async () => {
      const of = (prefix: string) => releaseOf(account, prefix, 'v1');
      const { calls: all } = await applyUntil(of('calm'), Number.POSITIVE_INFINITY);
      const expected = await stateOf(of('calm'));
      const seen: string[] = [];
      for (const writes of turningPoints(all)) {
        const prefix = `p${writes}x`;
        const { calls, ended } = await applyUntil(of(prefix), writes);
        expect(ended).toBe(false);
        seen.push(calls.at(-1)!);
        expect((await release(of(prefix), folder)).kind, `after ${calls.at(-1)}`).toMatch(
          /released|unchanged/,
        );
        expect(await stateOf(of(prefix)), `after write ${writes}, ${calls.at(-1)}`).toEqual(expected);
      }
      // Every kind of write has been the last one.
      expect(new Set(seen)).toEqual(
        new Set([
          'CreateBucket',
          'PutBucketTagging',
          'PutBucketVersioning',
          'PutPublicAccessBlock',
          'PutObject',
          'CreateRole',
          'PutRolePolicy',
          'CreateLogGroup',
          'CreateFunction',
          'PublishVersion',
          'CreateStateMachine',
          'PublishStateMachineVersion',
          'PutMetricAlarm',
          'CreateStateMachineAlias',
        ]),
      );
    },
    patient,
  );

  it(
    'ends, applied again, with one more version and all traffic on it: updates by canary',
    async () => {
      const of = (label: string) => releaseOf(account, 'moving', label, 'canary: [10, 50]');
      await release(of('v1'), folder);
      const seen: string[] = [];
      for (let writes = 1; ; writes++) {
        const next = of(`v${writes + 1}`);
        const { calls, ended } = await applyUntil(next, writes);
        // Whatever serves while a release is unfinished, executions end well.
        const { blueprint } = await plan(next, folder);
        expect((await execute(account.clients, aliasArn(blueprint.stateMachines['pipeline']!))).status).toBe(
          'SUCCEEDED',
        );
        if (ended) break;
        seen.push(calls.at(-1)!);
        // The very last write is the one that says so: nothing is left to do then.
        const { kind } = await release(next, folder);
        expect(kind, `after ${calls.at(-1)}`).toMatch(
          seen.at(-1) === 'PutObject' ? /released|unchanged/ : /released/,
        );
        const state = (await stateOf(next)) as {
          aliases: { pipeline: Record<string, number> };
          machineVersions: string[];
          journal: { status: string }[];
          versions: string[][];
        };
        const count = writes + 1;
        const at = `after write ${writes}, ${calls.at(-1)}`;
        expect(Object.entries(state.aliases.pipeline), at).toEqual([
          [expect.stringMatching(`:${count}$`), 100],
        ]);
        expect(state.machineVersions, at).toHaveLength(count);
        expect(state.versions, at).toHaveLength(3 * (count + 1));
        const statuses = state.journal.map(({ status }) => status);
        expect(statuses, at).toEqual([...Array.from({ length: writes }, () => 'superseded'), 'live']);
      }
      expect(seen.filter((name) => name === 'UpdateStateMachineAlias')).toHaveLength(3);
      expect(seen).toContain('UpdateFunctionCode');
      expect(seen).toContain('UpdateFunctionConfiguration');
      expect(seen).toContain('UpdateStateMachine');
    },
    patient,
  );
});
