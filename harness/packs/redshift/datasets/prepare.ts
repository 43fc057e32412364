/**
 * The partition files of a run: generated once and kept by what their bytes depend on, or taken from a folder;
 * then spoiled where the scenario says so, always in copies.
 */
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { byUtf8 } from '../../../scenario/dataset/by-utf8.ts';
import { CachedDigests } from '../../../scenario/dataset/cached-digests.ts';
import { datasetSha256 } from '../../../scenario/dataset/dataset-digest.ts';
import type { DatasetFile, GenerateOptions, PrepareOptions } from '../../../scenario/dataset/dataset-kind.ts';
import { copySource, s3ClientOf } from '../../../scenario/dataset/s3-source.ts';
import { openSealed, type SealedFile, sealFolder } from '../../../scenario/dataset/sealed-folder.ts';
import { generateDataset } from '../data/generate.ts';
import { sampleCountOf } from '../data/sample-count.ts';
import { damageOf } from './damage/index.ts';
import { generatorDigest } from './generator-digest.ts';
import { cacheName, type LocatedPartitions, type PartitionsPlan } from './plan.ts';

type Seeded<Options> = Options & { seed: number };

/** The files of a dataset, in the order in which S3 lists them. */
export async function preparePartitions(
  plan: LocatedPartitions,
  options: Seeded<PrepareOptions>,
): Promise<DatasetFile[]> {
  const files = plan.spec.generate
    ? await generateCached(plan, options)
    : await describeFolder(plan.paths ?? (await copiesOf(plan, options)));
  files.sort((a, b) => byUtf8(a.name, b.name));
  for (const { partition, kind } of plan.spec.damage) {
    files[partition - 1] = await damaged(files[partition - 1]!, kind, options.damagedFolder);
  }
  return files;
}

/** Paths of the copies of what lies in S3. */
async function copiesOf(
  { spec, objects = [] }: LocatedPartitions,
  options: PrepareOptions,
): Promise<string[]> {
  const client = s3ClientOf(spec.s3!);
  try {
    return await copySource(client, spec.s3!, objects, options);
  } finally {
    client.destroy();
  }
}

async function describeFolder(paths: readonly string[]): Promise<DatasetFile[]> {
  // A partition that cannot be used is for the pipeline to refuse, not for the preparation.
  return Promise.all(
    paths.map(async (path) => {
      const samples = await sampleCountOf(path);
      const { size } = await stat(path);
      return {
        path,
        name: basename(path),
        sizeBytes: size,
        ...(samples === undefined ? {} : { members: { samples } }),
      };
    }),
  );
}

/** Generates a dataset unless it is cached or needs no generating, so that no later run has to. */
export async function ensureGenerated(plan: PartitionsPlan, options: Seeded<GenerateOptions>): Promise<void> {
  if (plan.spec.generate) await generateCached(plan, options);
}

/** Runs of this process that want the same dataset at the same time wait for one that makes it. */
const generating = new Map<string, Promise<DatasetFile[]>>();

async function generateCached(
  plan: PartitionsPlan,
  options: Seeded<GenerateOptions>,
): Promise<DatasetFile[]> {
  const folder = join(options.cacheFolder, cacheName(plan, options.seed, generatorDigest()));
  const sealed = await openSealed(folder);
  if (sealed) return cachedFiles(folder, sealed);
  const others = generating.get(folder);
  if (others) return others;
  const files = generateInto(folder, plan, options).finally(() => generating.delete(folder));
  generating.set(folder, files);
  return files;
}

async function generateInto(
  folder: string,
  plan: PartitionsPlan,
  options: Seeded<GenerateOptions>,
): Promise<DatasetFile[]> {
  const { format, partitionMB, samples, effects, like } = plan.spec.generate!;
  const building = `${folder}.${process.pid}.tmp`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });
  try {
    const written = await generateDataset(
      {
        seed: options.seed,
        count: plan.files!,
        format,
        effects,
        outDir: building,
        signal: options.signal,
        ...(partitionMB === undefined ? {} : { partitionMB }),
        ...(samples === undefined ? {} : { samples }),
        ...(like === undefined ? {} : { like }),
      },
      (progress) =>
        options.onProgress(
          progress.samples / progress.sampleCount,
          `${progress.files}/${progress.fileCount} files, ${Math.round(progress.sizeBytes / 1024 ** 2)} MB`,
        ),
    );
    const sealed = await sealFolder(
      building,
      written.map(({ path, samples }) => ({ name: basename(path), members: { samples } })),
    );
    await rm(folder, { recursive: true, force: true });
    await rename(building, folder);
    return cachedFiles(folder, sealed);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** The files of a cache folder, as they were generated. */
function cachedFiles(folder: string, files: readonly SealedFile[]): DatasetFile[] {
  const cached = new CachedDigests(folder, datasetSha256(files));
  return files.map(({ members = {}, ...file }) => ({
    ...file,
    path: join(folder, file.name),
    members,
    cached,
  }));
}

async function damaged(
  file: DatasetFile,
  kind: Parameters<typeof damageOf>[0],
  folder: string,
): Promise<DatasetFile> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, file.name);
  if (path !== file.path) await copyFile(file.path, path);
  const kept = await damageOf(kind).apply(path);
  const undamaged = file.undamaged ?? { path: file.path, sizeBytes: file.sizeBytes };
  const { cached: _, sha256: _undamaged, ...copy } = file;
  if (!kept) return { ...copy, undamaged, missing: true };
  const { size } = await stat(path);
  return { ...copy, undamaged, path, sizeBytes: size };
}
