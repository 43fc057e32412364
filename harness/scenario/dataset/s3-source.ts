/**
 * Objects that lie under a prefix of S3, wherever that S3 is: listed when a run begins, and copied to this
 * machine once, by ETag. Credentials come from the SDK's default chain, or from the named profile.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { byUtf8 } from './by-utf8.ts';
import { splitPrefix } from './destination.ts';
import type { S3Spec } from './s3-spec.ts';
import { openSealed, SEAL, sealFolder } from './sealed-folder.ts';

/** Copies at once: enough to hide the round trip. */
const PARALLEL = 4;

/** One object where it lies. */
export interface SourceObject {
  bucket: string;
  key: string;
  /** The last part of the key. */
  name: string;
  sizeBytes: number;
  /** As S3 tells it, quotes included. */
  etag: string;
}

export function s3ClientOf({ endpoint, region, profile }: S3Spec): S3Client {
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
  });
}

/** Which objects count, and what they are called in messages. */
export interface Wanted {
  isWanted(name: string): boolean;
  /** `partition` */
  what: string;
  remedy: string;
}

const ANY: Wanted = { isWanted: (name) => name !== '', what: 'object', remedy: 'Correct bucket or prefix.' };

/**
 * The objects right under the prefix, of data in place all under it, in S3's order.
 * @throws HarnessError `dataset-unreachable` (3), `dataset-empty`, `dataset-count` (2)
 */
export async function listSource(
  client: S3Client,
  spec: S3Spec,
  signal?: AbortSignal,
  { isWanted, what, remedy }: Wanted = ANY,
): Promise<SourceObject[]> {
  const { bucket, prefix } = splitPrefix(spec.uri);
  const found: SourceObject[] = [];
  try {
    // In place the pipeline itself lists the prefix, and takes what lies deeper too.
    const depth = spec.inPlace ? {} : { Delimiter: '/' };
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix, ...depth });
    for await (const page of pages) {
      signal?.throwIfAborted();
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        const name = Key.slice(Key.lastIndexOf('/') + 1);
        if (isWanted(name)) found.push({ bucket, key: Key, name, sizeBytes: Size, etag: ETag });
      }
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(spec, error as Error);
  }
  if (found.length === 0) {
    throw new HarnessError('dataset-empty', `There is no ${what} right under ${spec.uri}.`, {
      exitCode: ExitCode.inputWrong,
      location: { field: 'dataset.s3.uri' },
      remedy,
    });
  }
  if (spec.count !== undefined && spec.count !== found.length) {
    throw new HarnessError(
      'dataset-count',
      `${spec.uri} holds ${found.length} ${what}s, and the scenario says ${spec.count}.`,
      {
        exitCode: ExitCode.inputWrong,
        location: { field: 'dataset.s3.count' },
        remedy: 'Correct dataset.s3.count, or what lies there.',
      },
    );
  }
  return found.sort((a, b) => byUtf8(a.key, b.key));
}

export interface CopyOptions {
  cacheFolder: string;
  signal: AbortSignal;
  onProgress(share: number, detail: string): void;
}

/** The objects as files of this machine, in their order; what was copied before under the same ETag is not again. */
export async function copySource(
  client: S3Client,
  spec: S3Spec,
  objects: readonly SourceObject[],
  { cacheFolder, signal, onProgress }: CopyOptions,
): Promise<string[]> {
  const paths = new Array<string>(objects.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    for (let index = next++; index < objects.length; index = next++) {
      signal.throwIfAborted();
      paths[index] = await copied(client, spec, objects[index]!, cacheFolder, signal);
      done++;
      onProgress(done / objects.length, `${done}/${objects.length} files from ${spec.uri}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, objects.length) }, worker));
  return paths;
}

/** Runs of this process that want the same object at the same time wait for one that copies it. */
const copying = new Map<string, Promise<void>>();

async function copied(
  client: S3Client,
  spec: S3Spec,
  object: SourceObject,
  cacheFolder: string,
  signal: AbortSignal,
): Promise<string> {
  const { bucket, key, name, sizeBytes, etag } = object;
  const identity = JSON.stringify([spec.endpoint ?? '', bucket, key, etag, sizeBytes]);
  const folder = join(cacheFolder, `s3-${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`);
  // An object of the seal's own name would be overwritten by it.
  const path = join(folder, name === SEAL ? `${name}.object` : name);
  const [sealed] = (await openSealed(folder)) ?? [];
  if (sealed && join(folder, sealed.name) === path && sealed.sizeBytes === sizeBytes) return path;
  await mkdir(folder, { recursive: true });
  const begun =
    copying.get(path) ?? copyTo(path, client, spec, object, signal).finally(() => copying.delete(path));
  copying.set(path, begun);
  await begun;
  return path;
}

async function copyTo(
  path: string,
  client: S3Client,
  spec: S3Spec,
  { bucket, key, etag }: SourceObject,
  signal: AbortSignal,
): Promise<void> {
  const building = `${path}.${process.pid}.tmp`;
  try {
    const { Body } = await client.send(
      // Listed and copied are the same bytes, or it is said.
      new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }),
      { abortSignal: signal },
    );
    await pipeline(Body as Readable, createWriteStream(building), { signal });
    await rename(building, path);
    await sealFolder(dirname(path), [{ name: basename(path) }]);
  } catch (error) {
    if (signal.aborted) throw error;
    throw unreachable(spec, error as Error, key);
  } finally {
    await rm(building, { force: true });
  }
}

function unreachable(spec: S3Spec, error: Error, key?: string): HarnessError {
  const what = key === undefined ? spec.uri : `s3://${splitPrefix(spec.uri).bucket}/${key}`;
  const where = spec.endpoint === undefined ? '' : ` at ${spec.endpoint}`;
  const why = error.message && error.message !== error.name ? `${error.name}: ${error.message}` : error.name;
  const changed = error.name === 'PreconditionFailed';
  return new HarnessError(
    'dataset-unreachable',
    changed
      ? `${what} changed while the dataset was copied.`
      : `The dataset ${what}${where} cannot be read: ${why}`,
    {
      exitCode: ExitCode.environmentFailed,
      location: { field: 'dataset.s3' },
      remedy: changed
        ? 'Run again when nobody writes there.'
        : spec.inPlace
          ? 'With inPlace they lie in the account, or at the endpoint, of the run; embedded and localstack begin empty, so leave inPlace out there.'
          : "Check bucket, endpoint, region and credentials (the SDK's default chain, or dataset.s3.profile).",
      cause: error,
    },
  );
}
