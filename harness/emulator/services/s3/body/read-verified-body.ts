import { readBody } from '../../../http/read-body.ts';
import type { WireRequest } from '../../../http/wire.ts';
import { checksumHeader, createHasher } from '../checksums/algorithms.ts';
import {
  badDigest,
  badMd5,
  contentSha256Mismatch,
  incompleteBody,
  malformedTrailer,
  malformedXml,
} from '../errors.ts';
import { AwsChunkedDecoder } from './aws-chunked-decoder.ts';
import { parsePayloadPromise } from './payload.ts';

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
    if (!md5.equals(promise.md5)) throw badMd5(promise.md5, md5);
  }
  if (promise.sha256 !== undefined) {
    const computed = (await digest('SHA256')).toString('hex');
    if (computed !== promise.sha256) throw contentSha256Mismatch(promise.sha256, computed);
  }
  if (promise.checksum) {
    const { algorithm, trailing } = promise.checksum;
    const value = trailing ? decoder?.trailers.get(checksumHeader(algorithm)) : promise.checksum.value;
    if (value === undefined) throw malformedTrailer();
    if ((await digest(algorithm)).toString('base64') !== value) throw badDigest(algorithm);
  }
  return bytes.toString('utf8');
}
