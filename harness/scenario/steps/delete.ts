import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { bucketOf } from './put.ts';
import { defineStep } from './step.ts';

/** Deletes an object; that there is none is no error, as in S3. */
export const deleteObject = defineStep({
  description: 'deletes an object; none there is no error, as in S3',
  schema: z.strictObject({
    key: z.string().min(1).describe('key of the object'),
    bucket: z
      .string()
      .min(1)
      .optional()
      .describe("its bucket; the project's only one, or the pack's, when left out"),
  }),
  async carryOut({ key, bucket }, context) {
    const Bucket = bucketOf('delete', bucket, context.defaultBuckets.object, context);
    await context.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    return {};
  },
});
