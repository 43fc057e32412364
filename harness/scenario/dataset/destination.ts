import { z } from 'zod';

/** `s3://BUCKET/PREFIX/` */
export const prefixUri = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?$/, 'it reads s3://BUCKET/PREFIX/');

/** `s3://BUCKET/KEY` */
export const objectUri = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.*[^/]$/, 'it reads s3://BUCKET/KEY');

/** Bucket and prefix of `s3://bucket/prefix/`; the prefix ends in a slash or is empty. */
export function splitPrefix(uri: string): { bucket: string; prefix: string } {
  const [, bucket, rest = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(uri)!;
  const prefix = rest.replace(/^\/+|\/+$/g, '');
  return { bucket: bucket!, prefix: prefix === '' ? '' : `${prefix}/` };
}

/** Bucket, prefix and name of `s3://bucket/prefix/name`. */
export function splitObject(uri: string): { bucket: string; prefix: string; name: string } {
  const [, bucket, prefix, name] = /^s3:\/\/([^/]+)\/(.*\/)?([^/]+)$/.exec(uri)!;
  return { bucket: bucket!, prefix: prefix ?? '', name: name! };
}
