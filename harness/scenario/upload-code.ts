import { basename, dirname } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import type { CodeArtifact } from '../artifacts/code-artifact.ts';
import type { RunningBackend } from '../backends/backend.ts';
import type { CodeObject, DeploymentSpec } from '../deploy/deployment-spec.ts';
import { CachedDigests } from './dataset/cached-digests.ts';
import type { DatasetFile } from './dataset/dataset-kind.ts';
import { uploadFiles } from './dataset/upload.ts';

/** Beside the pipeline's own buckets, so that no expectation about those sees the zips. */
const BUCKET = 'cosmicai-artifacts';

/**
 * Puts the zips of functions and layers into S3, as one deploys what is larger than a request should be. Only where
 * the backend takes files of this machine as they are, and buckets are nobody else's: elsewhere the zips go along with
 * the request, and `undefined` says so.
 */
export async function uploadCode(
  { adoptObject: adopt, naming }: Pick<RunningBackend, 'adoptObject' | 'naming'>,
  s3: S3Client,
  { functions, layers }: ArtifactSet,
  signal: AbortSignal,
): Promise<DeploymentSpec['code'] | undefined> {
  if (!adopt || naming) return undefined;
  // Zips of the artifact cache never change: their names are digests of what is in them.
  const caches = new Map<string, CachedDigests>();
  const upload = async (artifacts: Readonly<Record<string, CodeArtifact>>, prefix: string) => {
    const all = Object.values(artifacts);
    if (all.length === 0) return {};
    const files = all.map(({ zipFile: path, sizeBytes }): DatasetFile => {
      const folder = dirname(path);
      const cached = caches.get(folder) ?? new CachedDigests(folder, 'zips by content');
      caches.set(folder, cached);
      return { path, name: basename(path), sizeBytes, cached };
    });
    const onProgress = () => {};
    const keys = await uploadFiles(s3, files, { bucket: BUCKET, prefix, adopt, signal, onProgress });
    return Object.fromEntries(
      all.map(({ name }, index): [string, CodeObject] => [name, { bucket: BUCKET, key: keys[index]! }]),
    );
  };
  return { functions: await upload(functions, 'functions/'), layers: await upload(layers, 'layers/') };
}
