import type { PathParameters } from '../../../http/legacy-operation.ts';
import type { WireRequest } from '../../../http/wire.ts';

/** A key, and the version of it that the request names, if it names one. */
export interface VersionedKey {
  bucket: string;
  key: string;
  versionId: string | undefined;
}

export const parseVersionedKey = (
  { query }: Pick<WireRequest, 'query'>,
  { Bucket, Key }: PathParameters,
): VersionedKey => ({ bucket: Bucket!, key: Key!, versionId: query.get('versionId') ?? undefined });
