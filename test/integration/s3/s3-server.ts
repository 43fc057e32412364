/** A listener with S3 alone on a free port, and an SDK client for it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { wallClock } from '../../../harness/core/clock.ts';
import { type AwsLimits, limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { startHttpServer } from '../../../harness/emulator/http/server.ts';
import { MANIFESTS } from '../../../harness/emulator/services/manifests.ts';
import {
  createS3Service,
  type S3Options,
  type S3Service,
} from '../../../harness/emulator/services/s3/service.ts';
import { serviceStateIn } from '../../service-state.ts';

export interface S3Server {
  endpoint: string;
  port: number;
  stateDir: string;
  service: S3Service;
  internalErrors: unknown[];
  client(config?: S3ClientConfig): S3Client;
  /** Stops and starts again on the same state folder. */
  restart(): Promise<S3Server>;
  stop(): Promise<void>;
}

export async function startS3(
  options: { stateDir?: string; limits?: Partial<AwsLimits>; s3?: S3Options; region?: string } = {},
): Promise<S3Server> {
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'cosmicai-s3-'));
  const random = seededRandom('s3-test');
  const region = options.region ?? 'us-east-1';
  let endpoint = '';
  const internalErrors: unknown[] = [];
  const service = createS3Service(
    {
      clock: wallClock(),
      random,
      limits: limitsOf('aws-default', options.limits),
      region,
      accountId: '000000000000',
      stateDir,
      state: serviceStateIn(stateDir, { warn: (line) => void internalErrors.push(line) }),
      endpoint: () => endpoint,
      log: () => {},
      warn: (line) => internalErrors.push(line),
    },
    options.s3,
  );
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    region,
    random,
    origin: { hostNames: [], allowedOrigins: [] },
    services: MANIFESTS,
    open: async () => service,
    accountOf: () => '000000000000',
    internal: () => undefined,
    log: (line) => internalErrors.push(line),
  });
  endpoint = `http://127.0.0.1:${server.port}`;
  const clients: S3Client[] = [];
  const close = async () => {
    for (const client of clients) client.destroy();
    await server.stop();
    await service.stop();
  };
  return {
    endpoint,
    port: server.port,
    stateDir,
    service,
    internalErrors,
    client(config = {}) {
      const client = new S3Client({
        endpoint,
        region,
        forcePathStyle: true,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    async restart() {
      await close();
      return startS3({ ...options, stateDir });
    },
    async stop() {
      await close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Access of a test: keys by id with their secrets and tokens, signatures verified, no policies. */
export function verifyingAccess(keys: {
  [accessKeyId: string]: { secretAccessKey: string; sessionToken?: string } | undefined;
}): S3Options['access'] & {} {
  const identity = { arn: 'arn:aws:iam::000000000000:root', userId: '000000000000' };
  return {
    sessions: {
      identityOf: () => identity,
      isVerifying: true,
      resolve(id) {
        const key = keys[id];
        return key ? { kind: key.sessionToken ? 'session' : 'root', identity, key } : { kind: 'unknown' };
      },
    },
    permissions: { isActive: false, isEnforced: false, refusal: () => undefined },
  };
}
