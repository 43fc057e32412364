/** The operations of S3, one line each. */
import type { Operation } from '../../../http/operation.ts';
import type { S3Context } from '../context.ts';
import { abortMultipartUpload } from './abort-multipart-upload.ts';
import { completeMultipartUpload } from './complete-multipart-upload.ts';
import { copyObject } from './copy-object.ts';
import { createBucket } from './create-bucket.ts';
import { createMultipartUpload } from './create-multipart-upload.ts';
import { deleteBucket } from './delete-bucket.ts';
import { deleteObject } from './delete-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { getBucketLocation } from './get-bucket-location.ts';
import { getObject } from './get-object.ts';
import { headBucket } from './head-bucket.ts';
import { headObject } from './head-object.ts';
import { listBuckets } from './list-buckets.ts';
import { listMultipartUploads } from './list-multipart-uploads.ts';
import { listObjects } from './list-objects.ts';
import { listObjectsV2 } from './list-objects-v2.ts';
import { listParts } from './list-parts.ts';
import { putObject } from './put-object.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';

export const s3Operations: readonly Operation<S3Context>[] = [
  abortMultipartUpload,
  completeMultipartUpload,
  copyObject,
  createBucket,
  createMultipartUpload,
  deleteBucket,
  deleteObject,
  deleteObjects,
  getBucketLocation,
  getObject,
  headBucket,
  headObject,
  listBuckets,
  listMultipartUploads,
  listObjects,
  listObjectsV2,
  listParts,
  putObject,
  uploadPart,
  uploadPartCopy,
];
