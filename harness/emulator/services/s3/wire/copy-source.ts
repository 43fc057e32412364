import { AwsError } from '../../../../core/errors.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';

export interface CopySource {
  bucket: string;
  key: string;
  versionId: string | undefined;
}

/** `x-amz-copy-source`: `[/]bucket/key[?versionId=id]`, percent-encoded. @throws AwsError InvalidArgument */
export function parseCopySource(header: string): CopySource {
  const malformed = () =>
    invalidArgument('Invalid copy source object key', 'x-amz-copy-source', 'x-amz-copy-source');
  // Header bytes arrive as Latin-1; some clients send UTF-8 unescaped.
  const text = Buffer.from(header, 'latin1').toString('utf8').replace(/^\//, '');
  const question = text.lastIndexOf('?versionId=');
  const path = question < 0 ? text : text.slice(0, question);
  const versionId = question < 0 ? undefined : text.slice(question + '?versionId='.length);
  let decoded: string;
  try {
    // Some languages escape a space as a plus.
    decoded = decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    throw malformed();
  }
  decoded = decoded.replace(/^\//, '');
  const slash = decoded.indexOf('/');
  if (slash <= 0 || slash === decoded.length - 1) throw malformed();
  if (versionId === '') throw new AwsError('InvalidArgument', 'Version id cannot be the empty string');
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

const RANGE = /^bytes=(\d{1,15})-(\d{1,15})$/;

/** `x-amz-copy-source-range`, end exclusive. @throws AwsError InvalidArgument, InvalidRequest */
export function parseCopyRange(
  header: string | undefined,
  sizeBytes: number,
): { startBytes: number; endBytes: number } {
  if (header === undefined) return { startBytes: 0, endBytes: sizeBytes };
  const match = RANGE.exec(header);
  // A range that ends before it begins is no range.
  if (!match || Number(match[1]) > Number(match[2])) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  const [startBytes, endBytes] = [Number(match[1]), Number(match[2]) + 1];
  if (startBytes >= sizeBytes) {
    throw invalidRequest('The specified copy range is invalid for the source object size');
  }
  if (endBytes > sizeBytes) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return { startBytes, endBytes };
}
