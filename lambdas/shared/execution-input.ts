import * as z from 'zod';
import { bucketField, countField, folderField } from './fields.ts';
import { imagingSchema } from './partition/imaging.ts';

/**
 * The execution's input, as the original's users write it. Numbers may be texts; further fields are kept.
 * `world_size` is the number of ranks (default: one per partition), `max_concurrency` the number of ranks that
 * run at once (default: the function's MAX_CONCURRENCY). `imaging` says what to make of images with other bands or sizes;
 * `parquet_predictions` asks for the predictions as Parquet too.
 */
export const executionInputSchema = z.looseObject({
  bucket: bucketField,
  file_limit: countField(1).optional(),
  batch_size: countField(1),
  object_type: z.enum(['folder', 'file']).default('folder'),
  S3_object_name: folderField.pipe(z.string().min(1, 'expected the model folder')),
  script: z.string().default(''),
  result_path: folderField.pipe(z.string().min(1, 'expected a folder for the results')),
  data_bucket: bucketField,
  data_prefix: folderField,
  world_size: countField(1).optional(),
  max_concurrency: countField(0).optional(),
  imaging: imagingSchema.optional(),
  parquet_predictions: z.boolean().optional(),
});

export type ExecutionInput = z.output<typeof executionInputSchema>;

/** What the state machine adds from its context object, so that every run has keys of its own. */
export const executionContextSchema = z.object({
  state_machine: z.string().min(1),
  name: z.string().min(1),
  /** ISO 8601; part of the run id, for execution names may return after 90 days. */
  start_time: z.iso.datetime({ offset: true }),
});

export type ExecutionContext = z.output<typeof executionContextSchema>;
