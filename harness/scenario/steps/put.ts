import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import { jsonValue } from '../../record/json-value.ts';
import { ensureBucket } from '../dataset/upload.ts';
import { fileOfScenario } from '../file-of-scenario.ts';
import { defineStep, realBucket, type StepContext } from './step.ts';

const CONTENTS = ['json', 'text', 'file', 'partition'] as const;

const putSchema = z
  .strictObject({
    key: z.string().min(1).describe('key of the object'),
    bucket: z
      .string()
      .min(1)
      .optional()
      .describe(
        "its bucket, made if absent; the project's only one, or the pack's, when left out, and the dataset's with `partition`",
      ),
    json: jsonValue.optional().describe('its content as JSON'),
    text: z.string().optional().describe('its content as a text'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe("file with its content, relative to the scenario, in the project's folder"),
    partition: z
      .int()
      .positive()
      .optional()
      .describe('a file of the dataset, counted from 1, as it was before any damage'),
  })
  .refine((put) => CONTENTS.filter((content) => put[content] !== undefined).length === 1, {
    message: 'put needs one of "json", "text", "file" and "partition"',
  });
type Put = z.output<typeof putSchema>;

/** Puts an object: JSON, a text, a file of the project, or an undamaged file of the dataset. */
export const put = defineStep({
  description: 'puts an object',
  schema: putSchema,
  async carryOut(step, context) {
    const { s3 } = context.clients;
    const { object, partition } = context.defaultBuckets;
    const Bucket = bucketOf('put', step.bucket, step.partition === undefined ? object : partition, context);
    await ensureBucket(s3, Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: step.key, ...(await bodyOf(step, context)) }));
    return {};
  },
});

/** The real name of the bucket that a step means. @throws HarnessError where it has to name one */
export function bucketOf(
  step: string,
  named: string | undefined,
  fallback: string | undefined,
  context: StepContext,
): string {
  if (named !== undefined) return realBucket(context, named);
  if (fallback !== undefined) return fallback;
  throw new HarnessError('no-bucket', `the step "${step}" has to name its bucket`, {
    exitCode: ExitCode.inputWrong,
    remedy: `Buckets of the project: ${Object.keys(context.buckets).join(', ') || 'none'}.`,
  });
}

async function bodyOf(
  { json, text, file, partition }: Put,
  { files, folder, root }: StepContext,
): Promise<{ Body: string | ReadStream; ContentLength?: number }> {
  if (file !== undefined) {
    const path = fileOfScenario(folder, root, file);
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
