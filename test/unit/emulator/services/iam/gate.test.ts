import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { wallClock } from '../../../../../harness/core/clock.ts';
import { limitsOf } from '../../../../../harness/core/limits.ts';
import { seededRandom } from '../../../../../harness/core/random.ts';
import type { WireRequest } from '../../../../../harness/emulator/http/wire.ts';
import type { PolicyEnforcement } from '../../../../../harness/emulator/services/iam/policy/gate.ts';
import { createIamService } from '../../../../../harness/emulator/services/iam/service.ts';
import { serviceStateIn } from '../../../../service-state.ts';

const ROLE = 'arn:aws:iam::000000000000:role/reader';
const CALL = { action: 's3:GetObject', resource: 'arn:aws:s3:::sky/1' };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function iamWith(policies: PolicyEnforcement, lines: string[] = []) {
  const stateDir = mkdtempSync(join(tmpdir(), 'cosmicai-iam-'));
  folders.push(stateDir);
  const iam = createIamService(
    {
      clock: wallClock(),
      random: seededRandom(1),
      limits: limitsOf('aws-default'),
      region: 'us-east-1',
      accountId: '000000000000',
      stateDir,
      state: serviceStateIn(stateDir, { warn: (line) => void lines.push(line) }),
      endpoint: () => '',
      log: (line) => lines.push(line),
      warn: (line) => lines.push(line),
    },
    { policies },
  );
  const call = async (form: { [member: string]: string }) => {
    const request: WireRequest = {
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Readable.from([Buffer.from(new URLSearchParams(form).toString())]),
      caller: { ...iam.rootKey(), accountId: '000000000000', region: 'us-east-1', service: 'iam' },
      signature: signedBy(iam.rootKey().accessKeyId),
      requestId: 'r',
      host: '',
    };
    expect((await iam.handle(request)).status).toBe(200);
  };
  const document = (Action: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
  await call({
    Action: 'CreateRole',
    RoleName: 'reader',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    }),
  });
  return { iam, call, document };
}

const signedBy = (accessKeyId: string): WireRequest['signature'] => ({
  kind: 'v4',
  isPresigned: false,
  accessKeyId,
  scopeDate: '20260101',
  region: 'us-east-1',
  service: 'iam',
  signedHeaders: ['host'],
  signature: '',
  date: '20260101T000000Z',
});

describe('the policy gate', () => {
  it('denies what no policy allows, and asks the policies as they are now', async () => {
    const { iam, call, document } = await iamWith('enforce');
    const { accessKeyId } = iam.issueCredentials(ROLE, 'fn', 3600);
    expect(iam.refusal({ accessKeyId }, CALL)).toBe(
      'User: arn:aws:sts::000000000000:assumed-role/reader/fn is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::sky/1" because no identity-based policy allows the s3:GetObject action',
    );
    await call({
      Action: 'PutRolePolicy',
      RoleName: 'reader',
      PolicyName: 'p',
      PolicyDocument: document('s3:Get*'),
    });
    expect(iam.refusal({ accessKeyId }, CALL)).toBeUndefined();
    expect(iam.refusal({ roleArn: ROLE }, { ...CALL, action: 's3:PutObject' })).toContain(
      'assumed-role/reader/',
    );
    await call({
      Action: 'AttachRolePolicy',
      RoleName: 'reader',
      PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
    });
    expect(iam.refusal({ roleArn: ROLE }, { ...CALL, action: 's3:PutObject' })).toBeUndefined();
  });

  it('lets the account itself do everything, and a role that is not there nothing', async () => {
    const { iam } = await iamWith('enforce');
    expect(iam.refusal({ accessKeyId: iam.rootKey().accessKeyId }, CALL)).toBeUndefined();
    for (const accessKeyId of ['test', 'AKIAINVENTED'])
      expect(iam.refusal({ accessKeyId }, CALL)).toBe(
        'The security token included in the request is invalid.',
      );
    expect(iam.refusal({ roleArn: `${ROLE}-gone` }, CALL)).toContain('no identity-based policy');
  });

  it('warns once, and writes the least policy in any mode', async () => {
    const lines: string[] = [];
    const { iam } = await iamWith('warn', lines);
    for (let i = 0; i < 3; i++) expect(iam.refusal({ roleArn: ROLE }, CALL)).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^iam: would be denied: User: /);
    const off = await iamWith('off');
    off.iam.refusal({ roleArn: ROLE }, CALL);
    expect(off.iam.leastPolicyOf(ROLE)).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::sky/1'] }],
    });
  });
});

describe('condition keys of the caller', () => {
  it.each<[key: string, value: string | undefined]>([
    ['aws:PrincipalArn', ROLE],
    ['aws:PrincipalAccount', '000000000000'],
    ['aws:PrincipalType', 'AssumedRole'],
    ['aws:PrincipalIsAWSService', 'false'],
    ['aws:PrincipalTag/team', 'x'],
    ['aws:MultiFactorAuthPresent', 'false'],
    ['aws:ViaAWSService', 'false'],
    ['aws:RequestedRegion', 'us-east-1'],
    ['aws:SecureTransport', 'true'],
  ])('%s is %s for a session of a role', async (key, value) => {
    const { iam, call } = await iamWith('enforce');
    const { accessKeyId } = iam.issueCredentials(ROLE, 'fn', 3600, { tags: { team: 'x' } });
    const allowWhen = (wanted: string | undefined) =>
      call({
        Action: 'PutRolePolicy',
        RoleName: 'reader',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { StringEquals: { [key]: wanted } },
          },
        }),
      });
    await allowWhen(value);
    expect(iam.refusal({ accessKeyId }, CALL)).toBeUndefined();
    await allowWhen('other');
    expect(iam.refusal({ accessKeyId }, CALL)).toContain('no identity-based policy');
  });
});
