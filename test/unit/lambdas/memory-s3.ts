/**
 * S3 in memory behind the real SDK client: requests are serialised, signed and parsed as always, only the wire is
 * missing. Lists in UTF-8 order, pages of 1,000, ranges, If-Match, and failures on demand.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';

interface WireRequest {
  method: string;
  path: string;
  query: Record<string, string | undefined>;
  headers: Record<string, string>;
  body?: Uint8Array | string;
}

interface WireResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Readable;
}

export class MemoryS3 {
  /** `bucket/key` -> bytes. */
  readonly objects = new Map<string, Buffer>();
  readonly requests: WireRequest[] = [];
  /** Answers instead of the store when it answers at all. */
  intercept: (request: WireRequest) => WireResponse | undefined = () => undefined;
  readonly client = new S3Client({
    region: 'us-east-1',
    endpoint: 'http://memory.invalid',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      handle: async (request: WireRequest) => {
        this.requests.push(request);
        return { response: this.intercept(request) ?? this.#answer(request) };
      },
    } as never,
    maxAttempts: 1,
  });

  put(bucket: string, key: string, body: string | Uint8Array): void {
    this.objects.set(`${bucket}/${key}`, Buffer.from(body));
  }

  json(bucket: string, key: string): unknown {
    const body = this.objects.get(`${bucket}/${key}`);
    if (!body) throw new Error(`there is no ${bucket}/${key} among ${[...this.objects.keys()].join(', ')}`);
    return JSON.parse(body.toString('utf8'));
  }

  #answer(request: WireRequest): WireResponse {
    const path = decodeURIComponent(request.path).replace(/^\//, '');
    if (request.query['list-type'] === '2') return this.#list(path.replace(/\/$/, ''), request.query);
    const body = this.objects.get(path);
    switch (request.method) {
      case 'PUT':
        this.objects.set(path, Buffer.from(request.body ?? ''));
        return response(200, { etag: etagOf(this.objects.get(path)!) });
      case 'HEAD':
        return body
          ? response(200, { etag: etagOf(body), 'content-length': String(body.length) })
          : response(404, {});
      default:
        return body ? get(request, body) : failure(404, 'NoSuchKey');
    }
  }

  #list(bucket: string, query: WireRequest['query']): WireResponse {
    const prefix = query['prefix'] ?? '';
    const after = query['continuation-token'] ?? '';
    const keys = [...this.objects.keys()]
      .filter((path) => path.startsWith(`${bucket}/`))
      .map((path) => path.slice(bucket.length + 1))
      .filter((key) => key.startsWith(prefix) && key > after)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = keys.slice(0, 1000);
    const contents = page.map((key) => {
      const body = this.objects.get(`${bucket}/${key}`)!;
      return `<Contents><Key>${key}</Key><Size>${body.length}</Size><ETag>${etagOf(body)}</ETag></Contents>`;
    });
    const more = keys.length > page.length;
    return response(
      200,
      { 'content-type': 'application/xml' },
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join('')}` +
        `${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}</ListBucketResult>`,
    );
  }
}

function get(request: WireRequest, body: Buffer): WireResponse {
  const etag = etagOf(body);
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== etag) {
    return failure(412, 'PreconditionFailed');
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers['range'] ?? '');
  if (!range) return response(200, { etag, 'content-length': String(body.length) }, body);
  const start = Number(range[1]);
  if (start >= body.length) return failure(416, 'InvalidRange');
  const end = Math.min(Number(range[2]), body.length - 1);
  const part = body.subarray(start, end + 1);
  return response(
    206,
    { etag, 'content-length': String(part.length), 'content-range': `bytes ${start}-${end}/${body.length}` },
    part,
  );
}

export function failure(statusCode: number, code: string): WireResponse {
  return response(
    statusCode,
    { 'content-type': 'application/xml' },
    `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  );
}

function response(
  statusCode: number,
  headers: Record<string, string>,
  body: string | Buffer = '',
): WireResponse {
  return { statusCode, headers, body: Readable.from([Buffer.from(body)]) };
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;
