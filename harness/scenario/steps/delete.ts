import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { textField } from '../execution-input.ts';
import { defineStep } from './step.ts';

/** Deletes an object; that there is none is no error, as in S3. */
export const deleteObject = defineStep({
  schema: z.strictObject({
    key: z.string().min(1).describe('key of the object'),
    bucket: z.string().min(1).optional().describe("its bucket; the input's `bucket` when left out"),
  }),
  async carryOut({ key, bucket }, context) {
    const Bucket = bucket ?? textField(context.input, 'bucket', 'team4-cosmical');
    await context.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
    return [];
  },
});
