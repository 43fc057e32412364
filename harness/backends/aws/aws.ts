/**
 * A real account, through the SDK's default chain: profiles, SSO, role assumption, AWS_ENDPOINT_URL. Everything it
 * makes begins with a name of its own, carries tags, is noted before it is made, and is removed at the end. Needs no
 * more rights than `aws-policy.json` gives.
 */
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { alphanumeric } from '../../core/ids.ts';
import { type AwsAccess, clientsFor } from '../../deploy/aws-access.ts';
import type { Backend, RunningBackend } from '../backend.ts';
import { capabilitiesOf } from '../capabilities.ts';
import { ownerOf } from '../docker/engine.ts';
import { collectEvidence } from '../evidence/collect-evidence.ts';
import { readEntries, writeEntry } from './journal.ts';
import { removeDeployment } from './remove-deployment.ts';
import { DEFAULT_MAX_COST_USD, guardSpending, renderPlan, type Spending } from './spend-guard.ts';

export interface AwsOptions extends Partial<Spending> {
  /** Of the shared configuration; AWS_PROFILE and what the default chain knows when left out. */
  profile?: string;
  /** AWS_REGION or the profile's when left out. */
  region?: string;
  /** Where the plan is printed before anything is made. */
  show?: (text: string) => void;
}

const CAPABILITIES = capabilitiesOf('aws', 'aws');
/** Bucket names are shared by all accounts, so the random part is long. */
const RANDOM_LETTERS = 10;
const LONGEST_BUCKET_NAME = 63;

export function awsBackend({ profile, region, show, ...spending }: AwsOptions = {}): Backend {
  const { maxCostUSD = DEFAULT_MAX_COST_USD, yes = false } = spending;
  return {
    name: 'aws',
    capabilities: CAPABILITIES,
    async start({ clock, random, deploymentsFolder = join('.cosmicai', 'deployments') }) {
      const access = await accessTo(profile, region);
      const prefix = `cosmicai-${alphanumeric(random, RANDOM_LETTERS).toLowerCase()}`;
      const clients = clientsFor(access);
      let noted: string | undefined;
      const running: RunningBackend = {
        name: 'aws',
        capabilities: CAPABILITIES,
        access,
        // The architecture that functions are deployed for.
        functionTarget: { platform: 'linux', arch: 'x64' },
        naming: {
          prefix,
          bucket: (name) =>
            `${prefix}-${name.toLowerCase()}`.slice(0, LONGEST_BUCKET_NAME).replace(/[-.]+$/, ''),
        },
        async approve(plan, estimate) {
          show?.(renderPlan(plan, estimate));
          guardSpending(estimate, { maxCostUSD, yes });
          const by = { owner: ownerOf(), region: access.region, ...(profile ? { profile } : {}) };
          noted = writeEntry(deploymentsFolder, plan, by);
        },
        collectEvidence: (request) => collectEvidence(running, clock, request),
        async stop() {
          const entry = readEntries(deploymentsFolder).find(({ file }) => file === noted);
          noted = undefined;
          try {
            if (entry) await removeDeployment(clients, entry.file, entry.entry, clock);
          } finally {
            clients.close();
          }
        },
      };
      return running;
    },
  };
}

/** @throws HarnessError `no-region` (2), `no-account` (3) */
async function accessTo(profile: string | undefined, region: string | undefined): Promise<AwsAccess> {
  const client = new STSClient({
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
  });
  try {
    const known = await client.config.region().catch((error: Error) => {
      throw new HarnessError('no-region', 'No AWS region is named.', {
        exitCode: ExitCode.inputWrong,
        remedy: 'Write --backend aws,region=us-east-1, or set AWS_REGION or the region of the profile.',
        cause: error,
      });
    });
    await client.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
      throw new HarnessError('no-account', `AWS does not know you: ${error.message || error.name}`, {
        exitCode: ExitCode.environmentFailed,
        remedy: 'Sign in ("aws sso login"), or name a profile: --backend aws,profile=NAME.',
        cause: error,
      });
    });
    return { region: known, endpoints: {}, ...(profile === undefined ? {} : { profile }) };
  } finally {
    client.destroy();
  }
}
