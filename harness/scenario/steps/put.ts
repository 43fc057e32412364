import { createReadStream } from 'node:fs';
import { CreateBucketCommand, HeadBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { textField } from '../execution-input.ts';
import { defineStep } from './step.ts';

/** Puts an object: JSON, a text, or an undamaged partition of the dataset. */
export const put = defineStep({
  schema: z
    .strictObject({
      key: z.string().min(1),
      /** The input's `bucket`, or for a partition its `data_bucket`, when left out. */
      bucket: z.string().min(1).optional(),
      json: z.json().optional(),
      text: z.string().optional(),
      /** Number of a partition, counted from 1, as it was before any damage. */
      partition: z.int().positive().optional(),
    })
    .refine(
      ({ json, text, partition }) => [json, text, partition].filter((one) => one !== undefined).length === 1,
      {
        message: 'put needs one of "json", "text" and "partition"',
      },
    ),
  async carryOut({ key, bucket, json, text, partition }, context) {
    const { s3 } = context.clients;
    const dataset = textField(context.input, 'data_bucket', 'cosmicai-data');
    const work = textField(context.input, 'bucket', 'team4-cosmical');
    const Bucket = bucket ?? (partition === undefined ? work : dataset);
    await ensureBucket(s3, Bucket);
    if (partition === undefined) {
      await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: text ?? JSON.stringify(json) }));
      return [];
    }
    const file = context.files[partition - 1];
    if (!file) {
      throw new HarnessError(
        'no-such-partition',
        `There is no partition ${partition} to put, the dataset has ${context.files.length}.`,
        { exitCode: ExitCode.inputWrong, remedy: 'Partitions count from 1 in the order of the listing.' },
      );
    }
    const { path, sizeBytes } = file.undamaged ?? file;
    await s3.send(
      new PutObjectCommand({ Bucket, Key: key, Body: createReadStream(path), ContentLength: sizeBytes }),
    );
    return [];
  },
});

async function ensureBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if ((error as Error).name !== 'NotFound') throw error;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}
