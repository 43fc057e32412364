/** What a dataset is to a run, whatever it is made of: planned when a scenario is read, located when it runs. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import type { KeyedValue } from '../../assertions/compare-contents.ts';
import type { JsonObject } from '../../core/json.ts';
import { PackParts } from '../../core/pack-parts.ts';
import type { Diagnostic } from '../../document/diagnostics.ts';
import type { DocumentSource } from '../../document/source.ts';
import type { DatasetRecord } from '../../record/run-record.ts';
import type { CellValue } from '../matrix.ts';
import type { CachedDigests } from './cached-digests.ts';

/** The fields under `dataset`, checked by the schema of the kinds there are. */
export type DatasetSpec = Readonly<Record<string, unknown>>;

export interface DatasetContext {
  /** Folder of the scenario: paths are relative to it. */
  folder: string;
  source: DocumentSource;
  /** The scenario's seed. */
  seed: number;
}

/** One kind of dataset: a field of `dataset`, or several that belong together. */
export interface DatasetKind {
  /** Its fields, all optional. */
  shape: Readonly<Record<string, z.ZodType>>;
  /** The field among them that chooses this kind. */
  fields: readonly string[];
  /** What no field alone can tell. */
  issues?(spec: DatasetSpec): { path: string[]; message: string }[];
  /** @throws InvalidDocument for a folder or file that does not exist */
  plan(spec: DatasetSpec, context: DatasetContext): DatasetPlan;
}

/** What is known before anything is generated, listed or copied. */
export interface DatasetPlan {
  /** Number of files, before any is taken out by damage; unknown of a listing. */
  files?: number;
  /** Values for `${NAME}` in the scenario, and parameters of the project's input. */
  variables: Readonly<Record<string, CellValue>>;
  /** Files of this machine that it is made of. */
  paths?: readonly string[];
  /** It lies where the run takes place, and nothing is copied. */
  inPlace: boolean;
  /** Mistakes of the scenario that only the dataset knows. */
  mistakes?(steps: readonly PutStep[]): Diagnostic[];
  /** Generates what is generated, once, so that no later run has to. */
  ensure?(options: GenerateOptions): Promise<void>;
  /** Finds out what there is. `place`: the S3 of the run itself, where data in place lies. */
  locate(place: S3Client | undefined, signal?: AbortSignal): Promise<LocatedDataset>;
}

/** As much of a step as a dataset looks at. */
export interface PutStep {
  put?: { partition?: number | undefined } | undefined;
}

export interface GenerateOptions {
  cacheFolder: string;
  signal: AbortSignal;
  /** `share` runs from 0 to 1. */
  onProgress(share: number, detail: string): void;
}

export interface PrepareOptions extends GenerateOptions {
  /** For copies of files that the run may change. */
  damagedFolder: string;
}

/** A dataset whose files are known by number and place. */
export interface LocatedDataset {
  files: number;
  variables: Readonly<Record<string, CellValue>>;
  /** Its files on this machine, in the order in which S3 lists them. */
  prepare(options: PrepareOptions): Promise<DatasetFile[]>;
  /** Of data in place: what there is, and nothing to upload. */
  inPlace?: { files: DatasetFile[]; keys: string[] };
  /** Where its files go; `prefix` is empty or ends in a slash. */
  destination(input: JsonObject): { bucket: string; prefix: string };
  /** Members of the record beside place, seed and partitions. */
  record: Pick<DatasetRecord, 'format' | 'nominalPartitionBytes'> & Readonly<Record<string, unknown>>;
  /** Its rows, where it is a table whose rows have a key. */
  items?(): Promise<KeyedValue[]>;
}

/** One file to upload. */
export interface DatasetFile {
  path: string;
  /** File name, the last part of the key. */
  name: string;
  sizeBytes: number;
  /** Of its bytes, hexadecimal, where it is known already. */
  sha256?: string;
  /** Of an object that is read in place. */
  etag?: string;
  /** Members of its entry in the record. */
  members?: Readonly<Record<string, unknown>>;
  /** Of a file in a cache, which never changes: the digests known of it. */
  cached?: CachedDigests;
  /** Taken out by damage: part of the dataset, but never uploaded. */
  missing?: true;
  /** Of a damaged file: the one it was copied from. */
  undamaged?: { path: string; sizeBytes: number };
}

/** What a pack adds: kinds that go before the generic ones. */
export const packDatasets = new PackParts<readonly DatasetKind[]>();
