/**
 * Who signed a request by AWS Signature Version 2.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
 */
import type { WireRequest } from './wire.ts';

const HEADER = /^AWS ([^:\s]+):(\S+)$/;

interface SignatureV2 {
  accessKeyId: string;
  signature: string;
  /** Seconds since the epoch as in a presigned query; undefined for a signature in a header. */
  expires: string | undefined;
}

/** The access key of a request that is signed so. */
export function signerV2({ headers, query }: Pick<WireRequest, 'headers' | 'query'>): string | undefined {
  return readV2(headers, query)?.accessKeyId;
}

/** The older signature a request carries, if any. */
export function readV2(headers: WireRequest['headers'], query: URLSearchParams): SignatureV2 | undefined {
  const header = HEADER.exec(headers['authorization'] ?? '');
  if (header) return { accessKeyId: header[1]!, signature: header[2]!, expires: undefined };
  const [accessKeyId, signature, expires] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) =>
    query.get(name),
  );
  return accessKeyId && signature && expires ? { accessKeyId, signature, expires } : undefined;
}
