/**
 * Returns to an earlier release by its recorded versions: nothing is built or published. The alias is routed to the
 * version that served before, after a check that it still is what was attested.
 */
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import type { Clock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { AwsClients } from '../deploy/aws-access.ts';
import { OWNER_TAG } from '../deploy/deployment-spec.ts';
import { unlessNotFound } from '../deploy/resources/resource-driver.ts';
import { restorePlaceholders } from '../project/placeholders.ts';
import { objectUri, observeObjects } from './account/objects.ts';
import { aliasArn, readRouting, route } from './account/routing.ts';
import { putNotifications } from './apply/notifications.ts';
import { putPolicies } from './apply/role-policies.ts';
import type { Blueprint } from './release/blueprint.ts';
import { substitutionsOf } from './release/blueprint.ts';
import {
  giveUp,
  type Journal,
  type JournalEntry,
  liveEntry,
  pendingEntry,
  returnTo,
} from './release/journal.ts';
import { releaseStore } from './release/store.ts';

export interface ReturnRequest {
  clients: AwsClients;
  clock: Clock;
  releasesBucket: string;
  prefix: string;
  /** ARN of the caller. */
  caller: string;
  /** Release id; absent: the one before. */
  release?: string;
  reason: string;
}

/** What serves afterwards, and what was left. */
export interface Returned {
  to: JournalEntry | undefined;
  from: string;
}

/**
 * Abandons an unfinished release, or routes all traffic back to an earlier one.
 * @throws HarnessError `nothing-to-roll-back`, `unknown-release`, `release-damaged`
 */
export async function returnToRelease(request: ReturnRequest): Promise<Returned> {
  const { clients, clock, releasesBucket, prefix, caller, reason } = request;
  const store = releaseStore(clients.s3, releasesBucket, prefix);
  const open = await store.readJournal();
  const { journal } = open;
  const now = new Date(clock.nowMs()).toISOString();
  const pending = pendingEntry(journal);
  const live = liveEntry(journal);
  const target = request.release === undefined && pending ? live : earlier(journal, request.release);
  if (target) {
    const blueprint = await store.readBlueprint(target.release);
    await requireWhole(clients, blueprint, target);
    await putPolicies(clients, blueprint);
    for (const [name, machine] of Object.entries(blueprint.stateMachines)) {
      const present = await readRouting(clients, aliasArn(machine));
      const version = target.stateMachineVersionArns?.[name] ?? '';
      await route(clients, machine, target.release, present, { [version]: 100 });
    }
    const tags = blueprint.tags;
    const deploy = { clients, clock, tags, prefix: tags[OWNER_TAG] ?? prefix, layerArns: new Map() };
    await putNotifications(deploy, blueprint, target.versions ?? {});
  }
  const afterwards = pending ? giveUp(journal, reason, now) : journal;
  const from = pending?.release ?? live!.release;
  const settled =
    target && target !== live ? returnTo(afterwards, target, { by: caller, at: now, reason }) : afterwards;
  await store.writeJournal(open, settled);
  return { to: target, from };
}

/** The named release, or the last one that served before the present one. */
function earlier(journal: Journal, release: string | undefined): JournalEntry {
  const live = liveEntry(journal);
  const served = journal.entries.filter(
    (entry) => entry.versions !== undefined && (entry.status === 'superseded' || entry === live),
  );
  const found =
    release === undefined
      ? served.findLast((entry) => entry.release !== live?.release)
      : served.findLast((entry) => entry.release === release || entry.release.startsWith(release));
  if (found) return found;
  const known = [...new Set(served.map((entry) => entry.release))].join(', ');
  throw new HarnessError(
    release === undefined ? 'nothing-to-roll-back' : 'unknown-release',
    release === undefined ? 'no release has served before this one' : `no release ${release} has ever served`,
    {
      exitCode: ExitCode.inputWrong,
      remedy: known === '' ? 'see "cosmicai releases"' : `releases that have served: ${known}`,
    },
  );
}

/** Versions cannot be changed, but they can be deleted; and a digest is quickly compared. */
async function requireWhole(clients: AwsClients, blueprint: Blueprint, entry: JournalEntry): Promise<void> {
  const damaged = (what: string) =>
    new HarnessError('release-damaged', `the release ${entry.release} cannot serve again: ${what}`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'promote it anew with its evidence',
    });
  const versions = entry.versions ?? {};
  for (const [name, { name: FunctionName, codeSha256 }] of Object.entries(blueprint.functions)) {
    const Qualifier = versions[name] ?? '';
    const query = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
    const found = await unlessNotFound(clients.lambda.send(query));
    if (!found) throw damaged(`version ${Qualifier} of ${FunctionName} is gone`);
    if (found.CodeSha256 !== codeSha256)
      throw damaged(`version ${Qualifier} of ${FunctionName} has other code`);
  }
  const objects = await observeObjects(clients.s3, [blueprint]);
  for (const one of blueprint.objects) {
    const found = objects[objectUri(one)] ?? null;
    if (found !== one.sha256)
      throw damaged(`${objectUri(one)} ${found === null ? 'is gone' : 'has other contents'}`);
  }
  const published = { functions: versions, stateMachines: entry.stateMachineVersionArns ?? {} };
  for (const [name, machine] of Object.entries(blueprint.stateMachines)) {
    const stateMachineArn = published.stateMachines[name];
    if (stateMachineArn === undefined) throw damaged(`no version of ${machine.name} is recorded`);
    const describe = new DescribeStateMachineCommand({ stateMachineArn });
    const found = await unlessNotFound(clients.stepfunctions.send(describe));
    if (!found) throw damaged(`the version ${stateMachineArn} is gone`);
    const definition = JSON.parse(found.definition ?? '{}') as JsonObject;
    const { differences, values } = restorePlaceholders(machine.definition, definition);
    const wanted = substitutionsOf(blueprint, machine, published);
    const other = Object.keys(values).find(
      (key) => values[key] !== wanted[key] && !values[key]?.endsWith(`:${machine.alias}`),
    );
    if (differences.length > 0)
      throw damaged(`${stateMachineArn} has another definition at ${differences[0]}`);
    if (other !== undefined) throw damaged(`${stateMachineArn} has ${values[other]} for ${other}`);
  }
}
