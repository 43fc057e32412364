import { wallClock } from '../core/clock.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type AwsClients, clientsFor } from '../deploy/aws-access.ts';
import { whoAmI } from '../deploy/deploy.ts';
import { requireAccount } from '../promotion/plan/plan.ts';
import { type Environment, environmentNamed, loadPolicy } from '../promotion/policy.ts';
import { releaseStore } from '../promotion/release/store.ts';
import { renderReleases } from '../promotion/render-releases.ts';
import { returnToRelease } from '../promotion/return-to.ts';
import { accessTo } from './environment-access.ts';
import { servedAs } from './served-as.ts';

export interface ReleasesOptions {
  of: string;
  policy: string;
  evidence?: string;
  json: boolean;
}

export interface RollbackOptions {
  to: string;
  policy: string;
  release?: string;
  reason: string;
}

/** Prints the history of an environment, or the evidence of one release. */
export async function showReleases(options: ReleasesOptions): Promise<void> {
  await inEnvironment(options.policy, options.of, async (clients, { releases, prefix }) => {
    const store = releaseStore(clients.s3, releases, prefix);
    const { journal } = await store.readJournal();
    if (options.evidence !== undefined) {
      const wanted = options.evidence;
      const entry = journal.entries.findLast(({ release }) => release.startsWith(wanted));
      if (!entry) {
        throw new HarnessError('unknown-release', `there is no release ${wanted} in ${options.of}`, {
          exitCode: ExitCode.inputWrong,
          remedy: 'see "cosmicai releases"',
        });
      }
      process.stdout.write(await store.readEvidence(entry.evidence));
    } else {
      process.stdout.write(options.json ? `${JSON.stringify(journal, null, 2)}\n` : renderReleases(journal));
    }
  });
}

/** Routes traffic back. */
export async function rollBackRelease(options: RollbackOptions): Promise<void> {
  await inEnvironment(options.policy, options.to, async (clients, { releases, prefix, name }, caller) => {
    const { to, from } = await returnToRelease({
      clients,
      clock: wallClock(),
      releasesBucket: releases,
      prefix,
      caller,
      reason: options.reason,
      ...(options.release === undefined ? {} : { release: options.release }),
    });
    const serves = to
      ? `${to.release} serves in ${name}${servedAs(to.stateMachineVersionArns ?? {})}`
      : `nothing serves in ${name}`;
    process.stdout.write(`${from} is rolled back, ${serves}\n`);
  });
}

async function inEnvironment(
  policyFile: string,
  name: string,
  work: (clients: AwsClients, environment: Environment, caller: string) => Promise<void>,
): Promise<void> {
  const environment = environmentNamed(loadPolicy(policyFile), name);
  const clients = clientsFor(accessTo(environment));
  try {
    const { account, arn } = await whoAmI(clients);
    requireAccount(environment, account.accountId);
    await work(clients, environment, arn);
  } finally {
    clients.close();
  }
}
