/** Browsers' uploads: forms with a signed policy, as boto3 and the SDK for JavaScript make them. */
import { createHmac } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signingKey } from '../../../harness/emulator/http/caller/canonical.ts';
import { type S3Server, startS3, verifyingAccess } from './s3-server.ts';

let server: S3Server;
const Bucket = 'uploads';
const SCOPE = '20260101/us-east-1/s3/aws4_request';

beforeAll(async () => {
  server = await startS3({ s3: { access: verifyingAccess({ test: { secretAccessKey: 'test' } }) } });
  await server.client().send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

type Fields = Record<string, string>;

/** The fields of a form with a policy that has the given conditions besides those every form has. */
function signed(
  fields: Fields,
  conditions: unknown[] = [],
  { expiresMs = Date.now() + 60_000, secret = 'test', accessKeyId = 'test' } = {},
): Fields {
  const own: Fields = {
    ...fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/${SCOPE}`,
    'x-amz-date': '20260101T000000Z',
  };
  const covered = Object.entries(own)
    .filter(([name]) => !conditions.some((condition) => JSON.stringify(condition).includes(`"$${name}"`)))
    .map(([name, value]) => ({ [name]: value }));
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(expiresMs).toISOString(),
      conditions: [{ bucket: Bucket }, ...covered, ...conditions],
    }),
  ).toString('base64');
  const signature = createHmac('sha256', signingKey(secret, SCOPE)).update(policy).digest('hex');
  return { ...own, policy, 'x-amz-signature': signature };
}

async function post(fields: Fields, file: string | Blob = 'content', filename: string | undefined = 'a.txt') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const blob = typeof file === 'string' ? new Blob([file]) : file;
  form.append('file', blob, filename);
  const response = await fetch(`${server.endpoint}/${Bucket}`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const text = await response.text();
  const member = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1];
  return { status: response.status, headers: response.headers, text, member };
}

const textOf = async (Key: string) =>
  (await server.client().send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();

describe('a form', () => {
  it('stores its file, with what its fields say of it', async () => {
    const answer = await post(
      signed(
        {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
          key: 'user/${filename}',
          'Content-Type': 'text/plain',
          'x-amz-meta-Author': 'ÄMÄZÕÑ S3',
          'x-amz-storage-class': 'STANDARD_IA',
          tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>',
        },
        [['starts-with', '$key', 'user/']],
      ),
      'something body',
      'C:\\folder\\my-file',
    );
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('location')).toBe(`${server.endpoint}/${Bucket}/user%2Fmy-file`);
    expect(answer.headers.get('x-amz-checksum-type')).toBe('FULL_OBJECT');
    expect(await textOf('user/my-file')).toBe('something body');
    const head = await server.client().send(new HeadObjectCommand({ Bucket, Key: 'user/my-file' }));
    expect(head).toMatchObject({
      ContentType: 'text/plain',
      StorageClass: 'STANDARD_IA',
      Metadata: { author: '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?=' },
    });
    const { TagSet } = await server
      .client()
      .send(new GetObjectTaggingCommand({ Bucket, Key: 'user/my-file' }));
    expect(TagSet).toEqual([{ Key: 'a', Value: '1' }]);
  });

  it('answers as it asks to be answered', async () => {
    const created = await post(signed({ key: 'a b', success_action_status: '201' }));
    expect(created.status).toBe(201);
    expect([created.member('Bucket'), created.member('Key')]).toEqual([Bucket, 'a b']);
    expect(created.member('Location')).toBe(`${server.endpoint}/${Bucket}/a%20b`);
    expect(created.member('ETag')?.replaceAll('&quot;', '"')).toBe(created.headers.get('etag'));
    expect((await post(signed({ key: 'a', success_action_status: '200' }))).status).toBe(200);
    expect((await post(signed({ key: 'a', success_action_status: '404' }))).status).toBe(204);
    const redirect = 'http://app.test/done?x=1';
    const redirected = await post(signed({ key: 'p/q r', success_action_redirect: redirect }));
    expect(redirected.status).toBe(303);
    expect(redirected.headers.get('location')).toMatch(
      /^http:\/\/app\.test\/done\?x=1&bucket=uploads&key=p%2Fq\+r&etag=%22[0-9a-f]{32}%22$/,
    );
    expect((await post(signed({ key: 'a', success_action_redirect: '/relative' }))).status).toBe(204);
  });

  it('streams a large file with little memory and keeps every byte', async () => {
    const bytes = Buffer.alloc(24 * 1024 * 1024, 'large\r\n--file ');
    const answer = await post(signed({ key: 'large' }), new Blob([bytes]));
    expect(answer.status).toBe(204);
    const { Body } = await server.client().send(new GetObjectCommand({ Bucket, Key: 'large' }));
    expect(Buffer.from(await Body!.transformToByteArray()).equals(bytes)).toBe(true);
  });

  it('is refused where policy and form differ, and then stores nothing', async () => {
    const keysBefore = (await server.client().send(new ListObjectsV2Command({ Bucket }))).KeyCount;
    const policyError = (text: string) => `Invalid according to Policy: ${text}`;
    const condition = (text: string) => policyError(`Policy Condition failed: ${text}`);
    const range = [['content-length-range', 5, 10]];
    const refused: [Fields, string | undefined, number, string, string][] = [
      [
        signed({ key: 'x' }, [], { expiresMs: Date.now() - 1000 }),
        undefined,
        403,
        'AccessDenied',
        policyError('Policy expired.'),
      ],
      [
        { ...signed({ key: 'x', acl: 'private' }), acl: 'public-read' },
        undefined,
        403,
        'AccessDenied',
        condition('["eq", "$acl", "private"]'),
      ],
      [
        signed({ key: 'other' }, [['starts-with', '$key', 'user/']]),
        undefined,
        403,
        'AccessDenied',
        condition('["starts-with", "$key", "user/"]'),
      ],
      [
        { ...signed({ key: 'x' }), extra: '1' },
        undefined,
        403,
        'AccessDenied',
        policyError('Extra input fields: extra'),
      ],
      [
        signed({ key: 'x' }, range),
        'too long a file',
        400,
        'EntityTooLarge',
        'Your proposed upload exceeds the maximum allowed size',
      ],
      [
        signed({ key: 'x' }, range),
        'x',
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
      ],
      [
        signed({ key: 'x' }, [{ a: '1', b: '2' }]),
        undefined,
        400,
        'InvalidPolicyDocument',
        'Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
      ],
      [
        signed({ key: 'x' }, [], { secret: 'wrong' }),
        undefined,
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      ],
      [
        signed({ key: 'x' }, [], { accessKeyId: 'nobody' }),
        undefined,
        403,
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
      ],
      [
        signed({}),
        undefined,
        400,
        'InvalidArgument',
        "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      ],
      [
        without(signed({ key: 'x' }), 'x-amz-signature'),
        undefined,
        400,
        'InvalidArgument',
        "Bucket POST must contain a field named 'X-Amz-Signature'.  If it is specified, please check the order of the fields.",
      ],
      [{ key: 'x', policy: 'e30=' }, undefined, 403, 'AccessDenied', 'Access Denied'],
      [
        signed({ key: 'x', 'x-amz-storage-class': 'FakeClass' }),
        undefined,
        400,
        'InvalidStorageClass',
        'The storage class you specified is not valid',
      ],
      [
        { ...signed({ key: 'x' }), 'x-amz-checksum-crc32': 'AAAAAA==' },
        undefined,
        400,
        'BadDigest',
        'The CRC32 you specified did not match the calculated checksum.',
      ],
    ];
    for (const [fields, file, status, code, message] of refused) {
      const answer = await post(fields, file);
      const told = [
        answer.status,
        answer.member('Code'),
        answer.member('Message')?.replaceAll('&quot;', '"').replaceAll('&apos;', "'"),
      ];
      expect(told).toEqual([status, code, message]);
    }
    const keysAfter = (await server.client().send(new ListObjectsV2Command({ Bucket }))).KeyCount;
    expect(keysAfter).toBe(keysBefore);
  });

  it('is refused when it is no form', async () => {
    const url = `${server.endpoint}/${Bucket}`;
    const text = async (headers: Record<string, string>, body: string) => {
      const response = await fetch(url, { method: 'POST', headers, body });
      return [response.status, /<Code>(\w+)/.exec(await response.text())?.[1]];
    };
    const type = 'multipart/form-data; boundary=x';
    const field = (name: string, value: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    expect(await text({ 'content-type': 'multipart/form-data' }, 'x')).toEqual([400, 'MalformedPOSTRequest']);
    expect(await text({ 'content-type': type }, 'no delimiter')).toEqual([400, 'MalformedPOSTRequest']);
    expect(await text({ 'content-type': type }, `${field('key', 'a')}--x--\r\n`)).toEqual([
      400,
      'InvalidArgument',
    ]);
    expect(await text({ 'content-type': type }, field('key', 'a'.repeat(30_000)))).toEqual([
      400,
      'MaxPostPreDataLengthExceeded',
    ]);
    expect(
      await text({ 'content-type': type }, `${field('key', 'a')}${field('file', 'cut').slice(0, -2)}`),
    ).toEqual([400, 'MalformedPOSTRequest']);
  });
});

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
