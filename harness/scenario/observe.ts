/** What is collected of a run beyond its executions: which prefixes, which contents, which items. */
import { objectsToCollect } from '../assertions/objects.ts';
import type { EvidenceRequest } from '../backends/backend.ts';
import type { JsonObject } from '../core/json.ts';
import type { WatchedPrefix } from '../record/evidence-reader.ts';
import type { DatasetRecord, RunRecord } from '../record/run-record.ts';
import { datasetSha256 } from './dataset/dataset-digest.ts';
import type { DatasetFile, LocatedDataset } from './dataset/dataset-kind.ts';
import type { BucketNames } from './execution-input.ts';
import type { PlannedRun } from './load.ts';
import { packRuns } from './pack-run.ts';

/** Children of Map Runs beyond this number are recorded without their histories. */
export const CHILD_HISTORIES_UP_TO = 200;
/** Where REPORT lines have to be told from what functions print, histories are needed of more. */
export const ATTRIBUTED_CHILDREN_UP_TO = 1500;

/** Prefixes to list, contents to keep, and the pack's reader. */
export function objectsOf(
  { scenario, project }: PlannedRun,
  inputs: readonly JsonObject[],
  buckets: BucketNames,
): Pick<EvidenceRequest, 'watch' | 'contentOf' | 'contentTypeOf' | 'reader'> {
  const run = packRuns.of(project.pack);
  const { contentOf, contentTypeOf, prefixes } = objectsToCollect(scenario.expect.objects ?? []);
  const ofPack = run ? inputs.flatMap((input) => run.reader.watch(input)) : [];
  // An expectation without a bucket is about what the pack's executions write, else about any bucket.
  const anywhere = run
    ? [...new Set(inputs.map((input) => run.objectBucket(input)))]
    : Object.entries(buckets).flatMap(([name, real]) => (project.buckets[name]?.existing ? [] : [real]));
  const asked = prefixes.flatMap(({ bucket, prefix, onlyIfNamed }): WatchedPrefix[] => {
    if (bucket !== undefined) return [{ bucket: buckets[bucket] ?? bucket, prefix }];
    return run && onlyIfNamed ? [] : anywhere.map((one) => ({ bucket: one, prefix }));
  });
  return { watch: [...ofPack, ...asked], contentOf, contentTypeOf, ...(run ? { reader: run.reader } : {}) };
}

/** The record with buckets by their names in the project. */
export function withProjectBuckets(record: RunRecord, buckets: BucketNames): RunRecord {
  const names = new Map(Object.entries(buckets).map(([name, real]) => [real, name]));
  if ([...names].every(([real, name]) => real === name)) return record;
  return {
    ...record,
    objects: record.objects.map((one) => ({ ...one, bucket: names.get(one.bucket) ?? one.bucket })),
  };
}

/** What was uploaded, for the record. */
export function datasetRecord(
  dataset: LocatedDataset,
  seed: number,
  files: readonly DatasetFile[],
  keys: readonly string[],
  { bucket, prefix }: { bucket: string; prefix: string },
): DatasetRecord {
  return {
    bucket,
    prefix: prefix.replace(/\/$/, ''),
    ...dataset.record,
    seed,
    sha256: datasetSha256(files),
    partitions: files.map(({ sizeBytes, sha256, members }, index) => ({
      key: keys[index]!,
      sizeBytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...members,
    })),
  };
}
