/** What a request gets that is signed for, or sent to, another region than its bucket's. */
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw, statusOf } from '../raw-socket.ts';
import { type S3Server, startS3, verifyingAccess } from './s3-server.ts';

const HOME = 'ap-northeast-3';
const AWAY = 'ap-northeast-1';
const Bucket = 'osaka';
const REDIRECT =
  'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.';

let server: S3Server;
let strict: S3Server;

beforeAll(async () => {
  server = await startS3();
  strict = await startS3({ s3: { access: verifyingAccess({ test: { secretAccessKey: 'test' } }) } });
  for (const each of [server, strict]) {
    const s3 = each.client({ region: HOME, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
    const CreateBucketConfiguration = { LocationConstraint: HOME } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'content' }));
  }
});

afterAll(async () => {
  await server.stop();
  await strict.stop();
});

/** A request whose signature names a region; whether it holds is not looked at before the region is. */
async function ask(
  to: S3Server,
  { method = 'GET', path = `/${Bucket}/k`, signed, endpoint }: Asked,
): Promise<{ status: number; text: string }> {
  const host = endpoint === undefined ? `127.0.0.1:${to.port}` : `s3.${endpoint}.localhost:${to.port}`;
  const text = await sendRaw(
    to.port,
    [
      `${method} ${path} HTTP/1.1`,
      `host: ${host}`,
      `authorization: AWS4-HMAC-SHA256 Credential=nobody/20260101/${signed}/s3/aws4_request, SignedHeaders=host, Signature=00`,
      'x-amz-date: 20260101T000000Z',
      'connection: close',
      '',
      '',
    ].join('\r\n'),
  );
  return { status: statusOf(text), text };
}

interface Asked {
  method?: string;
  path?: string;
  /** Region of the signature. */
  signed: string;
  /** Region of the host, which otherwise has none. */
  endpoint?: string;
}

describe('a bucket of another region', () => {
  it('is told of by a redirect, with the region to go to', async () => {
    const get = await ask(server, { signed: AWAY });
    expect(get.status).toBe(301);
    expect(get.text).toContain(`x-amz-bucket-region: ${HOME}`);
    expect(get.text).toContain(
      `<Code>PermanentRedirect</Code><Message>${REDIRECT}</Message><Bucket>${Bucket}</Bucket><Endpoint>${Bucket}.s3-${HOME}.amazonaws.com</Endpoint>`,
    );
    const put = await ask(server, { method: 'PUT', signed: 'us-east-1' });
    expect(put.status).toBe(301);
    expect(put.text).toContain(`<Endpoint>${Bucket}.s3.amazonaws.com</Endpoint>`);
    for (const path of [`/${Bucket}`, `/${Bucket}/k`]) {
      const head = await ask(server, { method: 'HEAD', path, signed: AWAY });
      expect(head.status).toBe(301);
      expect(head.text).toContain(`x-amz-bucket-region: ${HOME}`);
      expect(head.text).not.toContain('<Error>');
    }
  });

  it('is found by SDKs that follow, and by whoever asks where it is', async () => {
    const s3 = server.client({ region: 'us-east-1', followRegionRedirects: true });
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).toMatchObject({ ContentLength: 7 });
    const plain = server.client({ region: 'us-east-1' });
    await expect(plain.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 301 },
      $response: { headers: { 'x-amz-bucket-region': HOME } },
    });
    expect(await plain.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({
      LocationConstraint: HOME,
    });
    const { Buckets } = await plain.send(new ListBucketsCommand({}));
    expect(Buckets).toMatchObject([{ Name: Bucket, BucketRegion: HOME }]);
  });

  it('has its own host, where a signature for another region is wrong', async () => {
    const get = await ask(server, { signed: AWAY, endpoint: HOME });
    expect(get.status).toBe(400);
    expect(get.text).toContain(
      `<Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region '${AWAY}' is wrong; expecting '${HOME}'</Message><Region>${HOME}</Region>`,
    );
  });

  it('is not missed where there is no such bucket', async () => {
    const get = await ask(server, { path: '/nowhere/k', signed: AWAY });
    expect(get.status).toBe(404);
    expect(get.text).toContain('<Code>NoSuchBucket</Code>');
  });
});

// Recorded against AWS: which of two errors a request gets that has both.
describe('where signatures are verified', () => {
  it.each([
    ['GET', HOME, HOME, 403, 'InvalidAccessKeyId'],
    ['GET', AWAY, HOME, 400, 'AuthorizationHeaderMalformed'],
    ['GET', HOME, AWAY, 400, 'AuthorizationHeaderMalformed'],
    ['GET', AWAY, AWAY, 301, 'PermanentRedirect'],
    ['DELETE', HOME, AWAY, 301, 'PermanentRedirect'],
    ['DELETE', AWAY, HOME, 400, 'AuthorizationHeaderMalformed'],
  ])('%s signed for %s at the host of %s answers %i %s', async (method, signed, endpoint, status, code) => {
    const answer = await ask(strict, { method, signed, endpoint });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });

  it.each([
    [`/${Bucket}/k`, HOME, AWAY, 301, true],
    [`/${Bucket}/k`, AWAY, HOME, 400, false],
    [`/${Bucket}`, AWAY, HOME, 400, true],
    [`/${Bucket}`, HOME, HOME, 403, true],
    ['/nowhere', AWAY, HOME, 400, false],
    ['/invalid%20bucket', HOME, HOME, 400, false],
  ])(
    'HEAD %s signed for %s at the host of %s answers %i',
    async (path, signed, endpoint, status, tellsHome) => {
      const answer = await ask(strict, { method: 'HEAD', path, signed, endpoint });
      expect(answer.status).toBe(status);
      expect(answer.text.includes(`x-amz-bucket-region: ${HOME}`)).toBe(tellsHome);
      expect(answer.text).not.toContain('content-length');
      expect(answer.text).toMatch(/x-amz-request-id: [A-Z0-9]{16}\r\n/);
    },
  );
});
