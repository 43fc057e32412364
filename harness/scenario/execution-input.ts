import type { Json, JsonObject } from '../core/json.ts';
import type { LocatedDataset } from './dataset-plan.ts';
import { placeOf } from './s3-source.ts';

/**
 * The seed's payload for a dataset, with the scenario's replacements (`execution.input`). `file_limit` grows with the dataset, so that
 * nothing is left out unless the scenario says so.
 */
export function executionInput(replacements: JsonObject, dataset: LocatedDataset): JsonObject {
  const size = dataset.spec.generate?.partitionMB;
  const folder = size === undefined ? 'partitions' : `${size}MB`;
  const input: Record<string, Json> = {
    bucket: 'team4-cosmical',
    file_limit: String(Math.max(100, dataset.files)),
    batch_size: 512,
    object_type: 'folder',
    S3_object_name: 'Anomaly Detection',
    script: '/tmp/Anomaly Detection/Inference/inference.py',
    result_path: `result-partition-${folder}/1`,
    data_bucket: 'cosmicai-data',
    data_prefix: folder,
    ...dataInPlace(dataset),
  };
  return withReplacements(input, replacements);
}

/** Where partitions lie that are not copied. */
function dataInPlace({ spec: { s3 } }: LocatedDataset): JsonObject {
  if (!s3?.inPlace) return {};
  const { bucket, prefix } = placeOf(s3);
  return { data_bucket: bucket, data_prefix: prefix.replace(/\/$/, '') };
}

/** `input` with fields replaced or added; `null` removes one. */
export function withReplacements(input: JsonObject, replacements: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries({ ...input, ...replacements }).filter(([field]) => replacements[field] !== null),
  );
}

/** Where an execution with this input writes its results. */
export function watchedPrefix(input: JsonObject): { bucket: string; prefix: string } {
  const path = textField(input, 'result_path', 'results').replace(/^\/+|\/+$/g, '');
  return { bucket: textField(input, 'bucket', 'team4-cosmical'), prefix: `${path}/` };
}

/** A text field of the input, or its default when the scenario took it out or made it something else. */
export function textField(input: JsonObject, field: string, fallback: string): string {
  const value = input[field];
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/**
 * The input with its buckets as the place calls them; the names people give are shared by all accounts of AWS. A
 * bucket whose data is read in place has its name already.
 */
export function renamedBuckets(
  input: JsonObject,
  naming: { bucket(name: string): string } | undefined,
  dataInPlace = false,
): JsonObject {
  if (!naming) return input;
  return {
    ...input,
    bucket: naming.bucket(textField(input, 'bucket', 'team4-cosmical')),
    ...(dataInPlace ? {} : { data_bucket: naming.bucket(textField(input, 'data_bucket', 'cosmicai-data')) }),
  };
}
