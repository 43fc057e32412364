/**
 * How to reach an AWS, whichever it is: endpoints per service, region, credentials. The one thing that deploy,
 * evidence collection and the scenario engine need to know about a backend.
 */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

export type ServiceName = 's3' | 'lambda' | 'stepfunctions' | 'logs' | 'iam' | 'sts' | 'cloudwatch';

export interface AwsAccess {
  region: string;
  /** Endpoint URL per service; an absent service goes to AWS itself. */
  endpoints: Partial<Record<ServiceName, string>>;
  /** Absent: the SDK's default chain (profiles, SSO, environment). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Named profile of the default chain. */
  profile?: string;
}

/** SDK clients of one place. Whoever makes them closes them. */
export interface AwsClients {
  region: string;
  s3: S3Client;
  lambda: LambdaClient;
  stepfunctions: SFNClient;
  logs: CloudWatchLogsClient;
  iam: IAMClient;
  sts: STSClient;
  cloudwatch: CloudWatchClient;
  close(): void;
}

/** Endpoints where every service answers at one URL, as emulators do. */
export function singleEndpoint(url: string): Record<ServiceName, string> {
  return { s3: url, lambda: url, stepfunctions: url, logs: url, iam: url, sts: url, cloudwatch: url };
}

/**
 * Clients for `access`. With an S3 endpoint of its own, buckets stand in the path (a bucket in the host name
 * would not resolve). Lambda invocations are waited for up to 15 minutes, Lambda's longest timeout.
 */
export function clientsFor(access: AwsAccess): AwsClients {
  const { region, endpoints, credentials, profile } = access;
  const configOf = (service: ServiceName) => {
    const endpoint = endpoints[service];
    return {
      region,
      requestHandler: new NodeHttpHandler({ connectionTimeout: 30_000, socketTimeout: 930_000 }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(profile === undefined ? {} : { profile }),
    };
  };
  const clients = {
    s3: new S3Client({ ...configOf('s3'), forcePathStyle: endpoints.s3 !== undefined }),
    lambda: new LambdaClient(configOf('lambda')),
    stepfunctions: new SFNClient(configOf('stepfunctions')),
    logs: new CloudWatchLogsClient(configOf('logs')),
    iam: new IAMClient(configOf('iam')),
    sts: new STSClient(configOf('sts')),
    cloudwatch: new CloudWatchClient(configOf('cloudwatch')),
  };
  return {
    region,
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
