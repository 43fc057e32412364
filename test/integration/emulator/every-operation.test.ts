/** Attacks on every operation of the registry: a new operation is attacked the day it is added. */
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';
import type { ServiceName } from '../../../harness/emulator/http/wire.ts';
import { ATTACKED_BUCKET, codeOf, requestOf, send, signedAs } from './model-requests.ts';

let emulator: Emulator;
let powerless: string;
let served: [service: ServiceName, operation: string][];

beforeAll(async () => {
  emulator = await startEmulator({ port: 0, iam: { enforcement: 'enforce' } });
  const { endpoint } = emulator;
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials: emulator.iam.rootKey() });
  await iam.send(new CreateUserCommand({ UserName: 'powerless' }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'powerless' }));
  powerless = AccessKey!.AccessKeyId!;
  iam.destroy();
  const s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: emulator.iam.rootKey(),
    forcePathStyle: true,
  });
  await s3.send(new CreateBucketCommand({ Bucket: ATTACKED_BUCKET }));
  s3.destroy();
  const health = await fetch(`${endpoint}/_cosmicai/health`);
  const { operations } = (await health.json()) as { operations: Record<ServiceName, string[]> };
  served = Object.entries(operations).flatMap(([service, names]) =>
    names.map((name): [ServiceName, string] => [service as ServiceName, name]),
  );
});
afterAll(() => emulator.stop());

/** Operations that AWS's models do not have: links of answers, forms of browsers. */
const WITHOUT_MODEL = [
  'lambda.GetCodeArchive',
  'lambda.GetLayerArchive',
  's3.PostObject',
  'lambda.InvokeAsync',
];

/** Operations that need no permission; each with AWS's page that says so. */
const UNRESTRICTED: Record<string, string> = {
  'sts.GetCallerIdentity': 'API_GetCallerIdentity: no permissions are required',
  'sts.GetSessionToken': 'API_GetSessionToken: no permissions are required',
  's3.DeleteObjects': 'API_DeleteObjects: the permission is asked for each key, and told for each key',
  'sts.AssumeRoleWithWebIdentity': 'API_AssumeRoleWithWebIdentity: the token is the credential',
};

const DENIED = /^AccessDenied(?:Exception)?$/;
const UNKNOWN = /^(?:InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId)$/;
const UNSIGNED = /^(?:MissingAuthenticationToken(?:Exception)?|AccessDenied)$/;

/** Sends every operation's request with `headers`, and lists those whose answer is not one of `expected`. */
async function tried(
  headers: (service: ServiceName) => Record<string, string>,
  expected: RegExp,
  except: (name: string) => boolean = () => false,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [service, operation] of served) {
    const name = `${service}.${operation}`;
    const request = requestOf(service, operation);
    if (!request || except(name)) continue;
    const answer = await send(emulator.port, request, headers(service));
    const isBare = answer.text === '' && answer.status === 403;
    if (!isBare && !expected.test(codeOf(answer) ?? ''))
      wrong.push(`${name}: ${answer.status} ${codeOf(answer)} ${answer.text.slice(0, 120)}`);
  }
  return wrong;
}

describe('every operation', () => {
  it('has a model, but for those named', () => {
    const without = served
      .filter(([service, operation]) => !requestOf(service, operation))
      .map(([service, operation]) => `${service}.${operation}`);
    expect(served.length).toBeGreaterThan(300);
    expect(without.filter((name) => !WITHOUT_MODEL.includes(name))).toEqual([]);
  });

  it('refuses a user without policies', async () => {
    const isUnrestricted = (name: string) => Object.hasOwn(UNRESTRICTED, name);
    expect(
      await tried((service) => ({ authorization: signedAs(service, powerless) }), DENIED, isUnrestricted),
    ).toEqual([]);
  });

  it('refuses an access key that does not exist', async () => {
    const unsigned = (name: string) => name === 'sts.AssumeRoleWithWebIdentity';
    expect(
      await tried((service) => ({ authorization: signedAs(service, 'AKIAINVENTED0000') }), UNKNOWN, unsigned),
    ).toEqual([]);
    expect(
      await tried((service) => ({ authorization: signedAs(service, 'test') }), UNKNOWN, unsigned),
    ).toEqual([]);
  });

  it('refuses a caller without a signature', async () => {
    // What is told by the credential scope alone has no unsigned form: it would be a request to S3.
    const isTold = (name: string) => /^(?:iam|sts|lambda|logs|stepfunctions|cloudwatch|s3)\./.test(name);
    // Each key of DeleteObjects is refused in the answer; web identities bring their own token.
    const isExempt = (name: string) =>
      name === 's3.DeleteObjects' || name === 'sts.AssumeRoleWithWebIdentity';
    expect(
      await tried(
        () => ({}),
        UNSIGNED,
        (name) => !isTold(name) || isExempt(name),
      ),
    ).toEqual([]);
  });

  it('refuses pages of another origin, and host names that are not this server', async () => {
    const { accessKeyId } = emulator.iam.rootKey();
    const signed = (service: ServiceName) => ({ authorization: signedAs(service, accessKeyId) });
    for (const more of [
      { origin: 'http://evil.example' },
      { origin: 'null', 'content-type': 'text/plain' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' },
      { host: 'evil.example' },
    ])
      expect(
        await tried((service) => ({ ...signed(service), ...more }) as Record<string, string>, DENIED),
      ).toEqual([]);
  });

  it('answers a known but useless identity without an internal error', async () => {
    const { accessKeyId } = emulator.iam.rootKey();
    const wrong: string[] = [];
    for (const [service, operation] of served) {
      const request = requestOf(service, operation);
      if (!request) continue;
      const answer = await send(emulator.port, request, { authorization: signedAs(service, accessKeyId) });
      if (answer.status === 500) wrong.push(`${service}.${operation}: ${answer.text.slice(0, 120)}`);
    }
    expect(wrong).toEqual([]);
  });
});
