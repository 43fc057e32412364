/** The operations of S3. */
import type { Operation } from '../../../http/operation.ts';
import { getBucketPolicyStatus } from '../configurations/bucket-policy.ts';
import { configurationOperations } from '../configurations/operations.ts';
import type { S3Context } from '../context.ts';
import { bucketOperations } from './buckets.ts';
import { copyObject } from './copy-object.ts';
import { deleteOperations } from './delete-object.ts';
import { listOperations } from './listings.ts';
import { uploadOperations } from './multipart-upload.ts';
import { settingOperations } from './object-settings.ts';
import { postObject } from './post-object.ts';
import { putObject } from './put-object.ts';
import { readOperations } from './read-object.ts';

export const s3Operations: readonly Operation<S3Context>[] = [
  ...bucketOperations,
  ...configurationOperations,
  ...deleteOperations,
  ...listOperations,
  ...readOperations,
  ...settingOperations,
  ...uploadOperations,
  copyObject,
  putObject,
  getBucketPolicyStatus,
  postObject,
];
