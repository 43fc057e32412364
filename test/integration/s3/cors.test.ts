/** Cross-origin requests as a browser makes them; expectations follow answers recorded from AWS. */
import { CreateBucketCommand, PutBucketCorsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './s3-server.ts';

let server: S3Server;
const Bucket = 'cross-origin';
const ORIGIN = 'https://localhost:4200';

beforeAll(async () => {
  server = await startS3();
  const s3 = server.client();
  for (const name of [Bucket, 'plain']) await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'test-cors' }));
  await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'a', Body: 'test-cors' }));
  await s3.send(
    new PutBucketCorsCommand({
      Bucket,
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedOrigins: [ORIGIN, 'http://*.example.com'],
            AllowedMethods: ['GET', 'PUT'],
            AllowedHeaders: ['x-amz-*'],
            ExposeHeaders: ['x-amz-request-id', 'etag'],
            MaxAgeSeconds: 3000,
          },
          { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'] },
        ],
      },
    }),
  );
});

afterAll(async () => {
  expect(server.internalErrors).toEqual([]);
  await server.stop();
});

const ask = async (method: string, path: string, headers: Record<string, string> = {}) => {
  // fetch refuses to set Origin, so the request is written by hand.
  const { request } = await import('node:http');
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: server.port, method, path, headers },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          incoming.once('end', () =>
            resolve({ status: incoming.statusCode!, headers: incoming.headers, text }),
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end();
    },
  );
};

const codeOf = (text: string) => [
  /<Code>(\w+)<\/Code>/.exec(text)?.[1],
  /<Message>(.*?)<\/Message>/.exec(text)?.[1],
  /<Method>(.*?)<\/Method>/.exec(text)?.[1],
  /<ResourceType>(.*?)<\/ResourceType>/.exec(text)?.[1],
];

describe('preflight', () => {
  const preflight = (path: string, origin: string | undefined, method?: string, wanted?: string) =>
    ask('OPTIONS', path, {
      ...(origin === undefined ? {} : { origin }),
      ...(method === undefined ? {} : { 'access-control-request-method': method }),
      ...(wanted === undefined ? {} : { 'access-control-request-headers': wanted }),
    });

  it('is allowed by the first rule that fits', async () => {
    const answer = await preflight(`/${Bucket}/a`, ORIGIN, 'PUT', 'X-Amz-Meta-A, x-amz-acl');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-amz-meta-a, x-amz-acl',
      'access-control-expose-headers': 'x-amz-request-id, etag',
      'access-control-max-age': '3000',
      'access-control-allow-credentials': 'true',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
  });

  it('tells no credentials to an origin that anybody may have', async () => {
    const { headers } = await preflight(`/${Bucket}/a`, 'http://random:1234', 'HEAD');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('takes a pattern within an origin', async () => {
    const { headers } = await preflight(`/${Bucket}`, 'http://app.example.com', 'GET');
    expect(headers['access-control-allow-origin']).toBe('http://app.example.com');
  });

  it('is refused with AWS’s words', async () => {
    const forbidden = (text: string, method: string, type: string) => [
      'AccessForbidden',
      `CORSResponse: ${text}`,
      method,
      type,
    ];
    const notAllowed =
      'This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource&apos;s CORS spec.';
    const cases: [Promise<{ status: number; text: string }>, number, unknown[]][] = [
      [
        preflight(`/${Bucket}/a`, undefined, 'PUT'),
        400,
        ['BadRequest', 'Insufficient information. Origin request header needed.', undefined, undefined],
      ],
      [preflight('/absent/a', ORIGIN), 403, forbidden('Bucket not found', 'OPTIONS', 'BUCKET')],
      [
        preflight('/plain/a', ORIGIN, 'PUT'),
        403,
        forbidden('CORS is not enabled for this bucket.', 'PUT', 'BUCKET'),
      ],
      [
        preflight(`/${Bucket}/a`, 'http://localhost:4200', 'PUT'),
        403,
        forbidden(notAllowed, 'PUT', 'OBJECT'),
      ],
      [preflight(`/${Bucket}/a`, ORIGIN, 'DELETE'), 403, forbidden(notAllowed, 'DELETE', 'OBJECT')],
      [preflight(`/${Bucket}`, ORIGIN, 'GET', 'content-type'), 403, forbidden(notAllowed, 'GET', 'BUCKET')],
    ];
    for (const [answer, status, expected] of cases) {
      const { status: actual, text } = await answer;
      expect([actual, ...codeOf(text.replaceAll("'", '&apos;'))]).toEqual([status, ...expected]);
    }
  });
});

describe('an answer', () => {
  it('is marked for origins the rules know, errors too', async () => {
    const found = await ask('GET', `/${Bucket}/a`, { origin: ORIGIN });
    expect(found.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'x-amz-request-id, etag',
    });
    const missing = await ask('GET', `/${Bucket}/absent`, { origin: ORIGIN });
    expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([404, ORIGIN]);
  });

  it('carries no CORS headers for a client that is no browser', async () => {
    const answer = await ask('GET', `/${Bucket}/a`, {});
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    { origin: 'http://localhost:4200' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ])('is refused to pages whose origin the rules do not know: %o', async (headers) => {
    const answer = await ask('GET', `/${Bucket}/a`, headers as unknown as Record<string, string>);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<Code>AccessDenied</Code>');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('needs methods that exist', async () => {
    const rule = { AllowedOrigins: ['*'], AllowedMethods: ['MYMETHOD'] };
    await expect(
      server
        .client()
        .send(new PutBucketCorsCommand({ Bucket: 'plain', CORSConfiguration: { CORSRules: [rule] } })),
    ).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD',
    });
  });
});
