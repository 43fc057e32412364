/** The whole of a plan: what would change, what was changed by hand, and why it may not be applied. Reads only. */
import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { AwsClients } from '../../deploy/aws-access.ts';
import { whoAmI } from '../../deploy/deploy.ts';
import type { Project } from '../../project/project.ts';
import { alarmReasons } from '../account/alarms.ts';
import type { Allows } from '../account/allows.ts';
import { type ObservedObjects, observeObjects } from '../account/objects.ts';
import { fingerprint, type Observed, observe } from '../account/observe.ts';
import { roleReasons } from '../account/role-rights.ts';
import { RUNS } from '../evidence/statement.ts';
import type { Environment } from '../policy.ts';
import { type Blueprint, blueprintOf, literalsOf } from '../release/blueprint.ts';
import { liveEntry, pendingEntry } from '../release/journal.ts';
import { releaseStore, sha256Hex } from '../release/store.ts';
import type { Verification } from '../verify/index.ts';
import { accepted } from '../verify/index.ts';
import { type Change, changesOf } from './changes.ts';
import { type Drift, driftOf, type KnownReleases } from './drift.ts';

export interface PlanRequest {
  clients: AwsClients;
  project: Project;
  environment: Environment;
  artifacts: ArtifactSet;
  evidenceText: string;
  /** Digest of the policy with all that it names. */
  policySha256: string;
  verification: Verification;
  allows: Allows;
}

export interface PromotionPlan {
  environment: string;
  blueprint: Blueprint;
  /** ARN of the caller. */
  caller: string;
  evidence: { sha256: string; signer: string; commit?: string };
  policySha256: string;
  observed: Observed & { objects: ObservedObjects };
  fingerprint: string;
  live: Blueprint | undefined;
  /** An unfinished release. */
  pending: string | undefined;
  changes: Change[];
  drift: Drift[];
  /** Executions that are running. */
  running: string[];
  /** Why it must not be applied, whatever is allowed. */
  refusals: string[];
}

/**
 * Looks at the account and answers what applying would do.
 * @throws HarnessError `evidence-refused`, `wrong-account`
 */
export async function planPromotion(request: PlanRequest): Promise<PromotionPlan> {
  const { clients, project, environment, artifacts, evidenceText, policySha256, verification, allows } =
    request;
  const statement = requireAccepted(verification);
  const identity = await whoAmI(clients);
  requireAccount(environment, identity.account.accountId);
  const blueprint = blueprintOf(project, environment, artifacts, identity.account);
  const seen = await observe(clients, blueprint);
  const { journal } = seen.journal;
  const known = await knownReleases(clients, blueprint, seen);
  const releases = [blueprint, ...(known.live ? [known.live] : []), ...known.later];
  const observed = { ...seen, objects: await observeObjects(clients.s3, releases) };
  const runs = statement.predicate[RUNS].runs;
  const commit = runs.find(({ provenance }) => provenance.source.commit !== undefined)?.provenance.source
    .commit;
  return {
    environment: environment.name,
    blueprint,
    caller: identity.arn,
    evidence: {
      sha256: sha256Hex(evidenceText),
      signer: verification.signer ?? '',
      ...(commit === undefined ? {} : { commit }),
    },
    policySha256,
    observed,
    fingerprint: fingerprint(observed),
    live: known.live,
    pending: pendingEntry(journal)?.release,
    changes: changesOf(blueprint, observed, known.live),
    drift: driftOf(observed, known, blueprint),
    running: observed.running,
    refusals: [
      ...untestedSubstitutions(blueprint, runs),
      ...(await alarmReasons(clients, environment.alarms)),
      ...(await roleReasons(clients.iam, blueprint, allows)),
      ...unfinished(pendingEntry(journal)?.release, blueprint.release),
    ],
  };
}

/** The statement, when the evidence is accepted. @throws HarnessError `evidence-refused` with every reason */
export function requireAccepted({ statement, checks, ...rest }: Verification) {
  if (statement && accepted({ checks, ...rest })) return statement;
  const reasons = checks.flatMap(({ name, reasons: all }) => all.map((reason) => `${name}: ${reason}`));
  throw new HarnessError('evidence-refused', `the evidence is refused:\n  ${reasons.join('\n  ')}`, {
    exitCode: ExitCode.expectationFailed,
    remedy: 'run the scenarios on these very artifacts and attest them; "cosmicai verify" shows every check',
  });
}

/** @throws HarnessError `wrong-account` */
export function requireAccount({ name, account }: Environment, actual: string): void {
  if (account === actual) return;
  throw new HarnessError(
    'wrong-account',
    `the credentials belong to account ${actual}; the environment ${name} is account ${account}`,
    { exitCode: ExitCode.inputWrong, remedy: 'take credentials of the named account' },
  );
}

/** Blueprints of the live release and of those begun after it. */
async function knownReleases(
  clients: AwsClients,
  { releasesBucket, prefix }: Blueprint,
  { journal: { journal } }: Observed,
): Promise<KnownReleases> {
  const store = releaseStore(clients.s3, releasesBucket, prefix);
  const live = liveEntry(journal);
  // After a return to an earlier release the functions' newest code is still that of the release that was left.
  const later = journal.entries.slice(live ? journal.entries.lastIndexOf(live) + 1 : 0);
  const left = live?.rollbackFrom;
  return {
    live: live && (await store.readBlueprint(live.release)),
    later: await Promise.all(
      [...new Set([...later.map(({ release }) => release), ...(left === undefined ? [] : [left])])].map(
        (release) => store.readBlueprint(release),
      ),
    ),
  };
}

/** Literals in placeholders must have been run so. */
function untestedSubstitutions(
  { stateMachines }: Blueprint,
  runs: readonly { substitutions: Record<string, string> }[],
): string[] {
  const literals = Object.entries(stateMachines).flatMap(([machine, one]) =>
    Object.entries(literalsOf(one)).map(([name, value]) => [`${machine}.${name}`, value] as const),
  );
  return literals.flatMap(([name, value]) => {
    const ran = [...new Set(runs.flatMap(({ substitutions }) => substitutions[name] ?? []))];
    return ran.includes(value)
      ? []
      : [`${name} is to be ${value}, and was run as ${ran.join(', ') || 'nothing known'} only`];
  });
}

function unfinished(pending: string | undefined, release: string): string[] {
  if (pending === undefined || pending === release) return [];
  return [`the release ${pending} is unfinished: apply it again, or give it up with "cosmicai rollback"`];
}
