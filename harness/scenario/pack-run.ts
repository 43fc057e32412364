import type { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import type { CostEstimate } from '../backends/aws/spend-guard.ts';
import type { JsonObject } from '../core/json.ts';
import { PackParts } from '../core/pack-parts.ts';
import type { DeploymentPlan } from '../deploy/resource.ts';
import type { Project } from '../project/project.ts';
import type { EvidenceReader } from '../record/evidence-reader.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { DatasetFile, LocatedDataset } from './dataset/dataset-kind.ts';

export interface EstimateRequest {
  dataset: LocatedDataset | undefined;
  input: JsonObject;
  plan: Pick<DeploymentPlan, 'phases' | 'functionNames'>;
  /** How many executions the steps carry out. */
  executions: number;
}

/** A file of the dataset under the key that the pipeline reads it by. */
export interface KeyedFile {
  key: string;
  file: DatasetFile;
}

/** What a pack works with before anything runs that could change it. */
export interface ReferenceContext {
  /** The dataset as the executions find it, files that steps put included. */
  files: readonly KeyedFile[];
  /** The execution's input. */
  input: JsonObject;
  /** For data in place. */
  s3: S3Client;
  project: Project;
  artifacts: Pick<ArtifactSet, 'objects'>;
  seed: number;
  signal: AbortSignal;
}

/** Rows of a binary table that a pack's functions write, and how others are written in their place. */
export interface DecodedTable {
  rows: { [column: string]: string | number }[];
  /** Columns that identify a row: their order means nothing then. */
  identifiedBy?: readonly string[];
  /** The file with these rows; a number that is NaN is written as one. */
  render(rows: readonly { readonly [column: string]: string | number }[]): Uint8Array;
}

/** `undefined` of content that is no such table. */
export type TableCodec = (bytes: Uint8Array) => DecodedTable | undefined;

/** What a pack knows of the runs of its projects. */
export interface PackRun {
  reader: EvidenceReader;
  /**
   * What the data is by the harness's own reading, as lists of the record: what functions write is compared with it.
   * Made before the first step.
   */
  reference?(context: ReferenceContext): Promise<RunRecord['evidence']>;
  /** The bucket that steps mean which name none. */
  objectBucket(input: JsonObject): string;
  /**
   * The input with the run's results below `prefix`, which ends without a slash, and its data as well if `data`: for
   * runs in an account that others work in.
   */
  below(input: JsonObject, prefix: string, what: { data: boolean }): JsonObject;
  /** Binary tables that its functions write: mutation testing changes their rows. */
  tables?: TableCodec;
  /** What a run may cost on AWS, before it has run. */
  estimate(request: EstimateRequest): CostEstimate;
}

export const packRuns = new PackParts<PackRun>();

/**
 * The dataset as executions find it: under its keys, and where steps put files of it. What steps put otherwise under a
 * key of the dataset is not known before they run, and is left out.
 */
export function filesFound(
  { steps }: { steps: readonly { put?: { key: string; partition?: number | undefined } | undefined }[] },
  files: readonly DatasetFile[],
  keys: readonly string[],
): KeyedFile[] {
  const found = new Map(files.map((file, index) => [keys[index]!, file]));
  for (const { put } of steps) {
    const source = put?.partition === undefined ? undefined : files[put.partition - 1];
    if (put && !source) found.delete(put.key);
    if (put && source) found.set(put.key, withoutDamage(source));
  }
  return [...found].map(([key, file]) => ({ key, file }));
}

function withoutDamage({ missing: _, ...file }: DatasetFile): DatasetFile {
  return { ...file, ...file.undamaged };
}
