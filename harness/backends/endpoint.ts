/**
 * Any emulator that answers all services at one URL, as LocalStack does (MiniStack, Floci, a shared LocalStack,
 * another machine's `cosmicai up`). It is used, not owned: `stop` leaves it running.
 */

import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { type AwsAccess, clientsFor, singleEndpoint } from '../deploy/aws-access.ts';
import type { Capability } from '../record/capability.ts';
import type { Backend, RunningBackend } from './backend.ts';
import { collectEvidence } from './evidence/collect-evidence.ts';

/** What can be relied on without knowing who answers. Memory, quotas and rights are rarely enforced. */
const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>(['distributed-map', 'logs']);

export const endpoint: Backend = {
  name: 'endpoint',
  capabilities: CAPABILITIES,
  async start({ endpoint: url, region, clock }) {
    const access = accessTo(url, region);
    await requireAnswers(access, url!);
    const running: RunningBackend = {
      name: 'endpoint',
      capabilities: CAPABILITIES,
      endpoint: url!,
      access,
      functionTarget: { platform: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'x64' },
      collectEvidence: (request) => collectEvidence(running, clock, request),
      stop: async () => {},
    };
    return running;
  },
};

/** Credentials of the environment where there are some: a shared LocalStack tells accounts apart by the key id. */
function accessTo(url: string | undefined, region = 'us-east-1'): AwsAccess {
  if (url === undefined || !/^https?:\/\//.test(url)) {
    throw new HarnessError('bad-endpoint', `the endpoint ${url ?? ''} is no http or https URL`, {
      exitCode: ExitCode.inputWrong,
      remedy: 'write --backend endpoint=http://127.0.0.1:4566',
    });
  }
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return {
    region,
    endpoints: singleEndpoint(url.replace(/\/+$/, '')),
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID ?? 'test',
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? 'test',
      ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
    },
  };
}

/** Asks every service the pipeline needs something real: a health page alone says little. */
async function requireAnswers(access: AwsAccess, url: string): Promise<void> {
  const clients = clientsFor(access);
  const questions: [string, () => Promise<unknown>][] = [
    ['STS', () => clients.sts.send(new GetCallerIdentityCommand({}))],
    ['S3', () => clients.s3.send(new ListBucketsCommand({}))],
    ['Lambda', () => clients.lambda.send(new ListFunctionsCommand({ MaxItems: 1 }))],
    ['Step Functions', () => clients.stepfunctions.send(new ListStateMachinesCommand({ maxResults: 1 }))],
    ['CloudWatch Logs', () => clients.logs.send(new DescribeLogGroupsCommand({ limit: 1 }))],
  ];
  try {
    for (const [service, ask] of questions) {
      await ask().catch((error: Error & { code?: string }) => {
        throw new HarnessError(
          'endpoint-not-ready',
          `${service} does not answer at ${url}: ${error.message || error.code || error.name}`,
          {
            exitCode: ExitCode.environmentFailed,
            remedy: 'start the emulator there, or correct the URL',
            cause: error,
          },
        );
      });
    }
  } finally {
    clients.close();
  }
}
