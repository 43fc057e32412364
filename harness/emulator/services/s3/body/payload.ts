/**
 * The body of a request: what its headers promise about it (length, digests, encoding), and taking it in while
 * checking every promise. Nothing that breaks a promise is ever stored.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
import { readBody } from '../../../http/read-body.ts';
import type { WireRequest } from '../../../http/wire.ts';
import {
  CHECKSUM_ALGORITHMS,
  CHECKSUM_HEADERS,
  type ChecksumAlgorithm,
  createHasher,
  DIGEST_BYTES,
  type DigestAlgorithm,
} from '../checksums/algorithms.ts';
import {
  badDigest,
  badMd5,
  contentSha256Mismatch,
  entityTooLarge,
  incompleteBody,
  invalidArgument,
  invalidDigest,
  invalidRequest,
  malformedTrailer,
  malformedXml,
  missingContentLength,
} from '../errors.ts';
import type { Blobs } from '../store/blobs.ts';
import { type WrittenContent, writeContent } from '../store/content-writer.ts';
import type { Segment } from '../store/records.ts';
import { AwsChunkedDecoder, type ChunkObserver } from './aws-chunked-decoder.ts';

/** What the headers say of the body. */
export interface PayloadPromise {
  /** Length of the content, once decoded. */
  sizeBytes: number;
  awsChunked: boolean;
  md5: Buffer | undefined;
  /** How a refusal shows `md5`; hex by default. */
  md5ShownAs?: 'base64';
  /** Hex; undefined where the payload is not signed as a whole. */
  sha256: string | undefined;
  checksum: { algorithm: ChecksumAlgorithm; value: string | undefined; trailing: boolean } | undefined;
}

export interface ReceivedContent {
  /** Absent when empty. */
  segment?: Segment;
  sizeBytes: number;
  /** MD5 in hex: the ETag of a single PUT. */
  md5: string;
  checksum: { algorithm: ChecksumAlgorithm; value: string };
  /** The checksum the client sent, which held. */
  promised?: { algorithm: ChecksumAlgorithm; value: string };
}

/** Reads the promises. @throws AwsError MissingContentLength, InvalidDigest, InvalidRequest, InvalidArgument */
export function parsePayloadPromise(request: WireRequest): PayloadPromise {
  const { headers } = request;
  const sha256Header = headers['x-amz-content-sha256'] ?? '';
  const awsChunked =
    sha256Header.startsWith('STREAMING-') || (headers['content-encoding'] ?? '').includes('aws-chunked');
  return {
    sizeBytes: parseLength(headers, awsChunked),
    awsChunked,
    md5: parseContentMd5(headers['content-md5']),
    sha256: parsePayloadHash(sha256Header),
    checksum: parseChecksumPromise(headers, awsChunked),
  };
}

function parseLength(headers: WireRequest['headers'], awsChunked: boolean): number {
  const text = awsChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw missingContentLength();
  return Number(text);
}

/** @throws AwsError InvalidDigest */
export function parseContentMd5(value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== DIGEST_BYTES.MD5 || bytes.toString('base64') !== value.trim())
    throw invalidDigest(value);
  return bytes;
}

function parsePayloadHash(value: string): string | undefined {
  if (value === '' || value === 'UNSIGNED-PAYLOAD' || value.startsWith('STREAMING-')) return undefined;
  if (!/^[0-9a-f]{64}$/i.test(value)) {
    throw invalidArgument(
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      'x-amz-content-sha256',
      value,
    );
  }
  return value.toLowerCase();
}

function parseChecksumPromise(
  headers: WireRequest['headers'],
  awsChunked: boolean,
): PayloadPromise['checksum'] {
  const given = CHECKSUM_ALGORITHMS.filter((algorithm) => headers[CHECKSUM_HEADERS[algorithm]] !== undefined);
  if (given.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const algorithm = given[0];
  if (algorithm) {
    const value = headers[CHECKSUM_HEADERS[algorithm]]!;
    assertChecksumValue(algorithm, value);
    return { algorithm, value, trailing: false };
  }
  const trailer = headers['x-amz-trailer']?.toLowerCase().trim();
  if (trailer && awsChunked) {
    const trailing = CHECKSUM_ALGORITHMS.find((candidate) => CHECKSUM_HEADERS[candidate] === trailer);
    if (!trailing) throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
    return { algorithm: trailing, value: undefined, trailing: true };
  }
  const named = headers['x-amz-sdk-checksum-algorithm']?.toUpperCase();
  if (named === undefined) return undefined;
  if (!isChecksumAlgorithm(named)) throw unknownAlgorithm();
  throw invalidRequest(
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  );
}

/** The algorithm a header names. @throws AwsError InvalidRequest */
export function parseAlgorithm(text: string | undefined): ChecksumAlgorithm | undefined {
  if (text === undefined) return undefined;
  const name = text.toUpperCase();
  if (!isChecksumAlgorithm(name)) throw unknownAlgorithm();
  return name;
}

const isChecksumAlgorithm = (text: string): text is ChecksumAlgorithm =>
  (CHECKSUM_ALGORITHMS as readonly string[]).includes(text);

const unknownAlgorithm = () =>
  invalidRequest(
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  );

/** @throws AwsError InvalidRequest when the value cannot be a checksum of that kind */
function assertChecksumValue(algorithm: ChecksumAlgorithm, value: string): void {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length !== DIGEST_BYTES[algorithm] || bytes.toString('base64') !== value) {
    throw invalidRequest(`Value for ${CHECKSUM_HEADERS[algorithm]} header is invalid.`);
  }
}

/** What S3 computes by itself when the client asks for no checksum. */
export const DEFAULT_CHECKSUM: ChecksumAlgorithm = 'CRC64NVME';

/**
 * Takes a body in and stores it. The checksum of the result is of the algorithm `keep`: without it the one
 * promised, else S3's default.
 * @throws AwsError BadDigest, XAmzContentSHA256Mismatch, IncompleteBody, EntityTooLarge ...
 */
export async function receiveContent(
  blobs: Blobs,
  request: WireRequest,
  promise: PayloadPromise,
  options: { maxBytes: number; keep?: ChecksumAlgorithm | undefined; observer?: ChunkObserver | undefined },
): Promise<ReceivedContent> {
  if (promise.sizeBytes > options.maxBytes) throw entityTooLarge(promise.sizeBytes, options.maxBytes);
  const algorithm = options.keep ?? promise.checksum?.algorithm ?? DEFAULT_CHECKSUM;
  const algorithms: DigestAlgorithm[] = ['MD5', algorithm];
  if (promise.checksum) algorithms.push(promise.checksum.algorithm);
  if (promise.sha256 !== undefined) algorithms.push('SHA256');
  const decoder = promise.awsChunked ? new AwsChunkedDecoder(options.observer) : undefined;
  const source = decoder
    ? decoded(request.body, decoder, promise.sizeBytes)
    : (request.body as AsyncIterable<Buffer>);
  const written = await writeContent(blobs, endingEarly(source), algorithms, {
    expectedBytes: promise.sizeBytes,
    check: (result) => checkPromises(promise, result, decoder),
  });
  return {
    ...(written.segment ? { segment: written.segment } : {}),
    sizeBytes: written.sizeBytes,
    md5: written.digests.get('MD5')!.toString('hex'),
    checksum: { algorithm, value: written.digests.get(algorithm)!.toString('base64') },
    ...(promise.checksum
      ? {
          promised: {
            algorithm: promise.checksum.algorithm,
            value: written.digests.get(promise.checksum.algorithm)!.toString('base64'),
          },
        }
      : {}),
  };
}

async function* decoded(
  body: AsyncIterable<Buffer>,
  decoder: AwsChunkedDecoder,
  sizeBytes: number,
): AsyncIterable<Buffer> {
  for await (const bytes of body) {
    yield* decoder.push(bytes);
    if (decoder.decodedBytes > sizeBytes) throw incompleteBody();
  }
  decoder.end();
}

/** A client that goes away in mid-body is IncompleteBody, should it still listen. */
async function* endingEarly(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  try {
    yield* source;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') throw incompleteBody();
    throw error;
  }
}

function checkPromises(
  promise: PayloadPromise,
  { sizeBytes, digests }: WrittenContent,
  decoder: AwsChunkedDecoder | undefined,
): void {
  if (sizeBytes !== promise.sizeBytes) throw incompleteBody();
  const md5 = digests.get('MD5')!;
  if (promise.md5 && !md5.equals(promise.md5)) throw badMd5(promise.md5, md5, promise.md5ShownAs ?? 'hex');
  if (promise.sha256 !== undefined) {
    const computed = digests.get('SHA256')!.toString('hex');
    if (computed !== promise.sha256) throw contentSha256Mismatch(promise.sha256, computed);
  }
  if (!promise.checksum) return;
  const { algorithm, trailing } = promise.checksum;
  const value = trailing ? decoder?.trailers.get(CHECKSUM_HEADERS[algorithm]) : promise.checksum.value;
  if (value === undefined) throw malformedTrailer();
  if (trailing) assertChecksumValue(algorithm, value);
  if (digests.get(algorithm)!.toString('base64') !== value) throw badDigest(algorithm);
}

/**
 * A short body (a configuration, a list of keys) as text, once it kept every promise of its headers.
 * @throws AwsError BadDigest, XAmzContentSHA256Mismatch, MalformedXML when longer than `limitBytes` ...
 */
export async function readVerifiedBody(request: WireRequest, limitBytes: number): Promise<string> {
  const promise = parsePayloadPromise(request);
  const decoder = promise.awsChunked ? new AwsChunkedDecoder() : undefined;
  const raw = await readBody(request.body, decoder ? 2 * limitBytes : limitBytes, malformedXml);
  const bytes = decoder ? Buffer.concat(decoder.push(raw)) : raw;
  decoder?.end();
  if (bytes.length !== promise.sizeBytes) throw incompleteBody();
  const digest = async (algorithm: Parameters<typeof createHasher>[0]) => {
    const hasher = await createHasher(algorithm);
    hasher.update(bytes);
    return hasher.digest();
  };
  if (promise.md5) {
    const md5 = await digest('MD5');
    if (!md5.equals(promise.md5)) throw badMd5(promise.md5, md5, 'hex');
  }
  if (promise.sha256 !== undefined) {
    const computed = (await digest('SHA256')).toString('hex');
    if (computed !== promise.sha256) throw contentSha256Mismatch(promise.sha256, computed);
  }
  if (promise.checksum) {
    const { algorithm, trailing } = promise.checksum;
    const value = trailing ? decoder?.trailers.get(CHECKSUM_HEADERS[algorithm]) : promise.checksum.value;
    if (value === undefined) throw malformedTrailer();
    if ((await digest(algorithm)).toString('base64') !== value) throw badDigest(algorithm);
  }
  return bytes.toString('utf8');
}
