import { basename, dirname } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import { LAMBDA_NAMES, type LambdaName } from '../artifacts/bundle.ts';
import type { RunningBackend } from '../backends/backend.ts';
import type { CodeObject } from '../deploy/deployment-spec.ts';
import { CachedDigests } from './cached-digests.ts';
import type { PartitionFile } from './dataset.ts';
import { uploadPartitions } from './upload.ts';

/** Beside the pipeline's own buckets, so that no expectation about those sees the zips. */
const BUCKET = 'cosmicai-artifacts';

/**
 * Puts the zips of the functions into S3, as one deploys what is larger than a request should be. Only where the
 * backend takes files of this machine as they are, and buckets are nobody else's: elsewhere the zips go along with
 * the request, and `undefined` says so.
 */
export async function uploadCode(
  { adoptObject: adopt, naming }: Pick<RunningBackend, 'adoptObject' | 'naming'>,
  s3: S3Client,
  { lambdas }: ArtifactSet,
  signal: AbortSignal,
): Promise<Record<LambdaName, CodeObject> | undefined> {
  if (!adopt || naming) return undefined;
  // Zips of the artifact cache never change: their names are digests of what is in them.
  const caches = new Map<string, CachedDigests>();
  const files = LAMBDA_NAMES.map((name): PartitionFile => {
    const { zipFile: path, sizeBytes } = lambdas[name];
    const folder = dirname(path);
    const cached = caches.get(folder) ?? new CachedDigests(folder);
    caches.set(folder, cached);
    return { path, name: basename(path), sizeBytes, cached };
  });
  const keys = await uploadPartitions(s3, files, {
    bucket: BUCKET,
    prefix: 'functions',
    adopt,
    signal,
    onProgress() {},
  });
  const places = LAMBDA_NAMES.map((name, index) => [name, { bucket: BUCKET, key: keys[index]! }] as const);
  return Object.fromEntries(places) as Record<LambdaName, CodeObject>;
}
