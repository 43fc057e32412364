import * as z from 'zod';
import { bucketField, countField, folderField } from './fields.ts';
import { type Imaging, imagingSchema } from './partition/imaging.ts';

/**
 * One rank's work: the original's keys, then ours (`FILE_LIMIT`, `RUN_ID`, `MODEL_*`, `IMAGING`, `PARQUET_PREDICTIONS`), which an
 * original job may lack. `DATA_PATH` is null for a rank without a file.
 */
export const jobSchema = z.object({
  S3_BUCKET: bucketField,
  BUCKET: bucketField,
  RESULT_BUCKET: bucketField,
  S3_OBJECT_NAME: z.string().min(1),
  SCRIPT: z.string(),
  S3_OBJECT_TYPE: z.enum(['folder', 'file']),
  WORLD_SIZE: countField(1),
  RANK: countField(0),
  DATA_BUCKET: bucketField,
  DATA_PREFIX: z.string(),
  DATA_PATH: z.union([z.null(), z.array(z.string().min(1)), z.string().min(1)]),
  RESULT_PATH: folderField,
  BATCH_SIZE: countField(1),
  FILE_LIMIT: countField(1).optional(),
  RUN_ID: z.string().optional(),
  MODEL_KEY: z.string().optional(),
  MODEL_ETAG: z.string().optional(),
  MODEL_INT8_KEY: z.string().optional(),
  MODEL_INT8_ETAG: z.string().optional(),
  IMAGING: imagingSchema.optional(),
  PARQUET_PREDICTIONS: z.boolean().optional(),
});

/** A job as inference sees it: numbers parsed. */
export type Job = z.output<typeof jobSchema>;

/** A job as it is written: ranks and world size are texts, as in the original. */
export interface WrittenJob {
  S3_BUCKET: string;
  BUCKET: string;
  RESULT_BUCKET: string;
  S3_OBJECT_NAME: string;
  SCRIPT: string;
  S3_OBJECT_TYPE: string;
  WORLD_SIZE: string;
  RANK: string;
  DATA_BUCKET: string;
  DATA_PREFIX: string;
  DATA_PATH: string | string[] | null;
  RESULT_PATH: string;
  BATCH_SIZE: number;
  FILE_LIMIT?: number;
  RUN_ID: string;
  MODEL_KEY: string;
  MODEL_ETAG: string;
  MODEL_INT8_KEY?: string;
  MODEL_INT8_ETAG?: string;
  IMAGING?: Imaging;
  PARQUET_PREDICTIONS?: boolean;
}
