/** Whose an access key is: unknown keys are never the account's root. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../../harness/core/clock.ts';
import { limitsOf } from '../../../../../harness/core/limits.ts';
import { seededRandom } from '../../../../../harness/core/random.ts';
import { createIamService, type IamOptions } from '../../../../../harness/emulator/services/iam/service.ts';
import { serviceStateIn } from '../../../../service-state.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function iamWith(options: IamOptions, folder?: string) {
  const stateDir = folder ?? mkdtempSync(join(tmpdir(), 'cosmicai-iam-'));
  if (!folder) folders.push(stateDir);
  const clock = new VirtualClock();
  const iam = createIamService(
    {
      clock,
      random: seededRandom(1),
      limits: limitsOf('aws-default'),
      region: 'us-east-1',
      accountId: '000000000000',
      stateDir,
      state: serviceStateIn(stateDir),
      endpoint: () => '',
      log: () => {},
      warn: () => {},
    },
    options,
  );
  const call = async (form: { [member: string]: string }): Promise<string> => {
    const { status, body } = await iam.handle({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Readable.from([Buffer.from(new URLSearchParams(form).toString())]),
      caller: {
        accessKeyId: iam.rootKey().accessKeyId,
        accountId: '000000000000',
        region: 'us-east-1',
        service: 'iam',
      },
      signature: {
        kind: 'v4',
        isPresigned: false,
        accessKeyId: iam.rootKey().accessKeyId,
        scopeDate: '20260101',
        region: 'us-east-1',
        service: 'iam',
        signedHeaders: ['host'],
        signature: '',
        date: '20260101T000000Z',
      },
      requestId: 'r',
      host: '',
    });
    expect(status).toBe(200);
    return String(body);
  };
  return { iam, call, clock, stateDir };
}

const ROOT = { arn: 'arn:aws:iam::000000000000:root', userId: '000000000000' };

describe('resolve', () => {
  it.each(['off', 'warn', 'enforce'] as const)(
    'takes `test` for root unless policies are enforced: %s',
    (policies) => {
      const { iam } = iamWith({ policies });
      expect(iam.resolve('test')).toEqual(
        policies === 'enforce'
          ? { kind: 'unknown' }
          : { kind: 'root', identity: ROOT, key: { secretAccessKey: 'test' } },
      );
      for (const id of ['anonymous', '', 'AKIAINVENTED', '__proto__'])
        expect(iam.resolve(id)).toEqual({ kind: 'unknown' });
    },
  );

  it('keeps the generated root key over a restart, and takes a given one', () => {
    const { iam, stateDir } = iamWith({ policies: 'enforce' });
    const key = iam.rootKey();
    expect(key).toEqual({
      accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
    });
    expect(iam.resolve(key.accessKeyId)).toEqual({
      kind: 'root',
      identity: ROOT,
      key: { secretAccessKey: key.secretAccessKey },
    });
    expect(iamWith({ policies: 'enforce' }, stateDir).iam.rootKey()).toEqual(key);
    const { iam: other } = iamWith({ policies: 'enforce', rootKey: key });
    expect(other.rootKey()).toEqual(key);
  });

  it('knows the key of a user until it is deactivated or deleted', async () => {
    const { iam, call } = iamWith({ policies: 'enforce' });
    await call({ Action: 'CreateUser', UserName: 'u' });
    const answer = await call({ Action: 'CreateAccessKey', UserName: 'u' });
    const AccessKeyId = /<AccessKeyId>(\w+)</.exec(answer)![1]!;
    const secretAccessKey = /<SecretAccessKey>([^<]+)</.exec(answer)![1]!;
    const arn = 'arn:aws:iam::000000000000:user/u';
    const known = {
      kind: 'user',
      identity: { principalArn: arn, arn, userId: expect.stringMatching(/^AIDA/) },
      key: { secretAccessKey },
    };
    expect(iam.resolve(AccessKeyId)).toEqual(known);
    const update = (Status: string) =>
      call({ Action: 'UpdateAccessKey', UserName: 'u', AccessKeyId, Status });
    await update('Inactive');
    expect(iam.resolve(AccessKeyId)).toEqual({ kind: 'unknown' });
    await update('Active');
    expect(iam.resolve(AccessKeyId)).toEqual(known);
    await call({ Action: 'DeleteAccessKey', UserName: 'u', AccessKeyId });
    expect(iam.resolve(AccessKeyId)).toEqual({ kind: 'unknown' });
  });

  it('knows a session, ended ones included, so that they can be told apart from invented ones', () => {
    const { iam, clock } = iamWith({ policies: 'enforce' });
    const role = 'arn:aws:iam::000000000000:role/r';
    const credentials = iam.issueCredentials(role, 's', 900);
    expect(iam.resolve(credentials.accessKeyId)).toMatchObject({
      kind: 'session',
      identity: { principalArn: role, arn: 'arn:aws:sts::000000000000:assumed-role/r/s' },
      key: credentials,
    });
    expect(credentials.expirationMs).toBe(clock.nowMs() + 900_000);
  });
});
