import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidDocument } from '../../../document/diagnostics.ts';
import type { DocumentSource } from '../../../document/source.ts';
import { byUtf8 } from '../../../scenario/dataset/by-utf8.ts';
import type { SourceObject } from '../../../scenario/dataset/s3-source.ts';
import {
  LAST_SAMPLES_OF_ORIGINAL,
  type PartitionFormat,
  partitionFormats,
  SAMPLES_OF_PARTITION_MB,
} from '../data/dataset.ts';
import { type GenerateSpec, type PartitionsSpec, partitionCount } from './schema.ts';

/** What a run's dataset will hold, known before anything is generated. */
export interface PartitionsPlan {
  spec: PartitionsSpec;
  /** Of S3 known once it is listed. */
  format?: PartitionFormat;
  /** Number of partition files, before any is taken out by damage; of S3 unknown unless the scenario says it. */
  files?: number;
  /** Samples in all; unknown for a folder. */
  samples?: number;
  /** Of a folder: its files in the order of the listing. */
  paths?: string[];
}

/** A dataset whose partitions are known by number and place. */
export interface LocatedPartitions extends PartitionsPlan {
  format: PartitionFormat;
  files: number;
  /** Of S3: where they lie. */
  objects?: SourceObject[];
}

/** The format that a file's ending names, if it is a partition at all. */
export const formatOf = (name: string): PartitionFormat | undefined =>
  name.endsWith('.h5') ? 'hdf5' : partitionFormats.find((format) => name.endsWith(`.${format}`));

/** Plans a dataset; a folder must exist and hold partitions. */
export function planPartitions(spec: PartitionsSpec, folder: string, source: DocumentSource): PartitionsPlan {
  const { generate } = spec;
  if (generate) return planGenerated(spec, generate);
  if (spec.s3) return { spec, ...(spec.s3.count === undefined ? {} : { files: spec.s3.count }) };
  return planFolder(spec, resolve(folder, spec.folder!), source);
}

/** Plans partitions that are generated: everything is known of them. */
function planGenerated(spec: PartitionsSpec, generate: GenerateSpec): LocatedPartitions {
  const files = partitionCount(generate);
  const perFile = generate.samples ?? SAMPLES_OF_PARTITION_MB[generate.partitionMB!];
  const last = generate.like === 'original' ? LAST_SAMPLES_OF_ORIGINAL[generate.partitionMB!] : perFile;
  return { spec, format: generate.format, files, samples: (files - 1) * perFile + last };
}

function planFolder(spec: PartitionsSpec, folder: string, source: DocumentSource): PartitionsPlan {
  const refuse = (message: string, hint: string) =>
    new InvalidDocument([source.diagnose(['dataset', 'folder'], message, { at: 'value', hint })]);
  const hint =
    'Generate one with "cosmicai data generate", or correct the path; it is relative to the scenario.';
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) throw refuse(`the data folder ${folder} does not exist`, hint);
  const names = readdirSync(folder)
    .filter((name) => formatOf(name) !== undefined)
    .sort(byUtf8);
  if (names.length === 0)
    throw refuse(
      `the data folder ${folder} holds no partition (${partitionFormats.map((format) => `.${format}`).join(', ')})`,
      hint,
    );
  const format = formatOf(names[0]!)!;
  return { spec, format, files: names.length, paths: names.map((name) => join(folder, name)) };
}

/** Name of the cache folder of a generated dataset: everything its bytes depend on, and the generator's sources. */
export function cacheName(plan: PartitionsPlan, seed: number, generator: string): string {
  const { format, partitionMB, samples, effects, like } = plan.spec.generate!;
  const content = JSON.stringify({
    format,
    partitionMB,
    samples,
    effects,
    like,
    files: plan.files,
    seed,
    generator,
  });
  return createHash('sha256').update(content).digest('hex').slice(0, 24);
}
