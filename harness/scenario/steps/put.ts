import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { jsonValue } from '../../record/json-value.ts';
import { textField } from '../execution-input.ts';
import { fileOfScenario } from '../file-of-scenario.ts';
import { defineStep, type StepContext } from './step.ts';

const CONTENTS = ['json', 'text', 'file', 'partition'] as const;

const putSchema = z
  .strictObject({
    key: z.string().min(1).describe('key of the object'),
    bucket: z
      .string()
      .min(1)
      .optional()
      .describe("its bucket; the input's `bucket` when left out, of a partition its `data_bucket`"),
    json: jsonValue.optional().describe('its content as JSON; one of `json`, `text`, `file` and `partition`'),
    text: z.string().optional().describe('its content as a text'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("file with its content, in the scenario's folder or below it"),
    partition: z
      .int()
      .positive()
      .optional()
      .describe('a partition of the dataset, counted from 1, as it was before any damage'),
  })
  .refine((put) => CONTENTS.filter((content) => put[content] !== undefined).length === 1, {
    message: 'put needs one of "json", "text", "file" and "partition"',
  });
type Put = z.output<typeof putSchema>;

/** Puts an object: JSON, a text, a file beside the scenario, or an undamaged partition of the dataset. */
export const put = defineStep({
  schema: putSchema,
  async carryOut(step, context) {
    const { s3 } = context.clients;
    const dataset = textField(context.input, 'data_bucket', 'cosmicai-data');
    const work = textField(context.input, 'bucket', 'team4-cosmical');
    const Bucket = step.bucket ?? (step.partition === undefined ? work : dataset);
    await ensureBucket(s3, Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: step.key, ...(await bodyOf(step, context)) }));
    return [];
  },
});

async function bodyOf(
  { json, text, file, partition }: Put,
  { files, folder }: StepContext,
): Promise<{ Body: string | ReadStream; ContentLength?: number }> {
  if (file !== undefined) {
    const path = fileOfScenario(folder, file);
    return { Body: createReadStream(path), ContentLength: (await stat(path)).size };
  }
  if (partition === undefined) return { Body: text ?? JSON.stringify(json) };
  const known = files[partition - 1];
  if (!known) {
    throw new HarnessError(
      'no-such-partition',
      `There is no partition ${partition} to put, the dataset has ${files.length}.`,
      { exitCode: ExitCode.inputWrong, remedy: 'Partitions count from 1 in the order of the listing.' },
    );
  }
  const { path, sizeBytes } = known.undamaged ?? known;
  return { Body: createReadStream(path), ContentLength: sizeBytes };
}

async function ensureBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if ((error as Error).name !== 'NotFound') throw error;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}
