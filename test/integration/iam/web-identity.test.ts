/** OpenID Connect providers and AssumeRoleWithWebIdentity: tokens are verified, trust policies decide by their claims. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOidcKeysFile } from '../../../harness/cli/oidc-keys-file.ts';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';
const HOST = 'token.actions.githubusercontent.com';
const PROVIDER = `arn:aws:iam::000000000000:oidc-provider/${HOST}`;
const RoleArn = 'arn:aws:iam::000000000000:role/deployer';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });

let folder: string;
let emulator: Emulator;
let iam: IAMClient;
let anyone: STSClient;
const open: { destroy(): void }[] = [];

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = () => Math.floor(Date.now() / 1000);
function token(claims: object = {}, header: object = {}, key = rsa.privateKey): string {
  const text = `${encode({ alg: 'RS256', kid: 'k1', ...header })}.${encode({
    iss: ISSUER,
    sub: 'repo:me/sky:ref:refs/heads/main',
    aud: 'sts.amazonaws.com',
    repository: 'me/sky',
    exp: seconds() + 600,
    nbf: seconds() - 10,
    ...claims,
  })}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
const assume = (WebIdentityToken: string, more: object = {}) =>
  anyone.send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'ci', WebIdentityToken, ...more }),
  );
const refused = (answer: Promise<unknown>, name: string, message: string | RegExp) =>
  expect(answer).rejects.toMatchObject({
    name: expect.stringMatching(new RegExp(`^${name}(?:Exception)?$`)),
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'web-identity-'));
  const jwk = (key: typeof rsa.publicKey, kid: string) => ({ ...key.export({ format: 'jwk' }), kid });
  const file = join(folder, 'jwks.json');
  writeFileSync(
    file,
    JSON.stringify({ [ISSUER]: { keys: [jwk(rsa.publicKey, 'k1'), jwk(ec.publicKey, 'k2')] } }),
  );
  emulator = await startEmulator({
    port: 0,
    iam: { enforcement: 'enforce' },
    verifySignatures: true,
    oidcKeys: readOidcKeysFile(file),
  });
  const config = { endpoint: emulator.endpoint, region: 'us-east-1', maxAttempts: 1 };
  const root = { ...config, credentials: emulator.iam.rootKey() };
  iam = new IAMClient(root);
  anyone = new STSClient({ ...config, credentials: { accessKeyId: '', secretAccessKey: '' } });
  const s3 = new S3Client({ ...root, forcePathStyle: true });
  open.push(iam, anyone, s3);
  await s3.send(new CreateBucketCommand({ Bucket: 'sky' }));
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: ISSUER, ClientIDList: ['sts.amazonaws.com'] }),
  );
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'deployer',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: PROVIDER },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:repository`]: 'me/sky' },
              StringLike: { [`${HOST}:sub`]: 'repo:me/sky:*' },
            },
          },
        ],
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'deployer',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }],
      }),
    }),
  );
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('AssumeRoleWithWebIdentity', () => {
  it.each([
    ['RSA', () => token()],
    ['an elliptic curve', () => token({}, { alg: 'ES256', kid: 'k2' }, ec.privateKey)],
  ])('gives credentials for a token signed with %s', async (_, make) => {
    const answer = await assume(make());
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:me/sky:ref:refs/heads/main',
      Provider: PROVIDER,
      Audience: 'sts.amazonaws.com',
      AssumedRoleUser: { Arn: 'arn:aws:sts::000000000000:assumed-role/deployer/ci' },
    });
    const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials!;
    const config = {
      endpoint: emulator.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: {
        accessKeyId: AccessKeyId!,
        secretAccessKey: SecretAccessKey!,
        sessionToken: SessionToken!,
      },
    };
    const [s3, sts] = [new S3Client(config), new STSClient(config)];
    open.push(s3, sts);
    await s3.send(new ListObjectsV2Command({ Bucket: 'sky' }));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.AssumedRoleUser!.Arn);
  });

  it.each<[string, () => string, string, string | RegExp]>([
    ['no JWT', () => 'not-a-token', 'InvalidIdentityToken', /not a valid JWT/],
    ['no claims', () => `${encode({})}.${encode({})}.AA`, 'InvalidIdentityToken', /not a valid JWT/],
    ['no algorithm', () => token({}, { alg: 'none' }), 'InvalidIdentityToken', /signature is invalid/],
    ['a shared secret', () => token({}, { alg: 'HS256' }), 'InvalidIdentityToken', /signature is invalid/],
    ["another's key", () => token({}, {}, other.privateKey), 'InvalidIdentityToken', /signature is invalid/],
    ['an unknown key', () => token({}, { kid: 'k9' }), 'InvalidIdentityToken', /retrieve verification key/],
    [
      'changed claims',
      () => token().replace(/\.[^.]+\./, `.${token({ sub: 'repo:me/other' }).split('.')[1]}.`),
      'InvalidIdentityToken',
      /signature is invalid/,
    ],
    ['an end in the past', () => token({ exp: seconds() - 120 }), 'ExpiredToken', /^Token expired:/],
    ['another audience', () => token({ aud: 'other' }), 'InvalidIdentityToken', 'Incorrect token audience'],
    [
      'an unknown issuer',
      () => token({ iss: 'https://example.com' }),
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account for https://example.com',
    ],
    [
      'a subject that the role does not trust',
      () => token({ sub: 'repo:you/sky:ref:refs/heads/main' }),
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ],
    [
      'a claim that the role does not trust',
      () => token({ repository: 'you/sky' }),
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ],
  ])('refuses a token with %s', (_, make, name, message) => refused(assume(make()), name, message));

  it('refuses a role that does not exist, and a session that is too long', async () => {
    await refused(assume(token(), { RoleArn: `${RoleArn}-gone` }), 'AccessDenied', /^Not authorized/);
    await refused(assume(token(), { DurationSeconds: 7200 }), 'ValidationError', /MaxSessionDuration/);
  });

  it('leaves every other operation to callers who sign', async () => {
    const unsigned = (action: string) =>
      fetch(`${emulator.endpoint}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `Action=${action}&Version=2011-06-15&WebIdentityToken=a&RoleArn=${RoleArn}&RoleSessionName=ci`,
      });
    for (const action of ['GetCallerIdentity', 'AssumeRole', 'GetSessionToken'])
      expect(await (await unsigned(action)).text()).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(await (await unsigned('AssumeRoleWithWebIdentity')).text()).toContain(
      '<Code>ValidationError</Code>',
    );
  });
});

describe('providers', () => {
  const Url = 'https://example.com/path';
  const OpenIDConnectProviderArn = 'arn:aws:iam::000000000000:oidc-provider/example.com/path';
  const named = { OpenIDConnectProviderArn };

  it('are made, read, changed, listed and deleted', async () => {
    const thumbprint = 'a'.repeat(40);
    const made = await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['a'], ThumbprintList: [thumbprint] }),
    );
    expect(made.OpenIDConnectProviderArn).toBe(OpenIDConnectProviderArn);
    await refused(
      iam.send(new CreateOpenIDConnectProviderCommand({ Url })),
      'EntityAlreadyExists',
      `Provider with url ${Url} already exists.`,
    );
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: 'b' }));
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...named, ClientID: 'a' }));
    await iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({ ...named, ThumbprintList: ['b'.repeat(40)] }),
    );
    const read = await iam.send(new GetOpenIDConnectProviderCommand(named));
    expect(read).toMatchObject({
      Url: 'example.com/path',
      ClientIDList: ['b'],
      ThumbprintList: ['b'.repeat(40)],
      CreateDate: expect.any(Date),
      Tags: [],
    });
    await iam.send(new TagOpenIDConnectProviderCommand({ ...named, Tags: [{ Key: 'k', Value: 'v' }] }));
    const { Tags } = await iam.send(new ListOpenIDConnectProviderTagsCommand(named));
    expect(Tags).toEqual([{ Key: 'k', Value: 'v' }]);
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect(OpenIDConnectProviderList).toEqual([{ Arn: OpenIDConnectProviderArn }, { Arn: PROVIDER }]);
    await iam.send(new DeleteOpenIDConnectProviderCommand(named));
    await refused(
      iam.send(new GetOpenIDConnectProviderCommand(named)),
      'NoSuchEntity',
      `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    );
    await refused(
      iam.send(new DeleteOpenIDConnectProviderCommand(named)),
      'NoSuchEntity',
      `OpenId connect Provider ${OpenIDConnectProviderArn} cannot be found.`,
    );
  });

  it.each<[object, string, string]>([
    [{ Url: 'http://example.com' }, 'ValidationError', 'Invalid Open ID Connect Provider URL'],
    [
      { Url, ThumbprintList: Array.from({ length: 6 }, () => 'a'.repeat(40)) },
      'InvalidInput',
      'Thumbprint list must contain fewer than 5 entries.',
    ],
    [
      { Url, ClientIDList: Array.from({ length: 101 }, (_, i) => `c${i}`) },
      'LimitExceeded',
      'Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    ],
    [
      { Url: `https://${'a'.repeat(255)}`, ClientIDList: ['c'.repeat(256)], ThumbprintList: ['a'] },
      'ValidationError',
      "3 validation errors detected: Value at 'clientIDList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 1]; Value at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]; Value at 'url' failed to satisfy constraint: Member must have length less than or equal to 255",
    ],
  ])('of %j are refused', (given, name, message) =>
    refused(iam.send(new CreateOpenIDConnectProviderCommand(given as { Url: string })), name, message),
  );
});

describe('the file of keys', () => {
  const read = (value: unknown) => {
    const file = join(folder, 'other.json');
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return () => readOidcKeysFile(file);
  };
  const key = rsa.publicKey.export({ format: 'jwk' });

  it('may hold one set for every issuer', () => {
    expect(read({ keys: [key] })()('https://any.example')).toEqual([key]);
  });

  it.each([
    ['no JSON', '{', /cannot be used as keys of identity providers/],
    ['no keys', {}, /neither "keys" nor issuers/],
    ['an issuer without a scheme', { 'example.com': { keys: [key] } }, /"example.com" is neither/],
    ['an issuer without keys', { [ISSUER]: {} }, /the JWKS of https:.* has no "keys"/],
    ['a key that is none', { keys: [{ kty: 'RSA' }] }, /key 1 is not a public key/],
  ])('is refused with %s', (_, value, message) => {
    expect(read(value)).toThrow(message);
  });
});
