/**
 * Names S3 accepts.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, .../object-keys.html
 */
import type { AwsLimits } from '../../../../core/limits.ts';
import { invalidArgument, invalidBucketName, keyTooLong } from '../errors.ts';

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const RESERVED = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** A valid name is safe as the name of a folder. @throws AwsError InvalidBucketName */
export function assertBucketName(name: string): void {
  if (!BUCKET_NAME.test(name) || IP_ADDRESS.test(name) || RESERVED.test(name) || /\.[.-]|-\./.test(name)) {
    throw invalidBucketName(name);
  }
}

/** Keys are bytes: any characters, `..` and slashes included. @throws AwsError KeyTooLongError, InvalidArgument */
export function assertKey(key: string, limits: AwsLimits): void {
  // A character takes at most three bytes per UTF-16 unit.
  if (key.length * 3 > limits.s3KeyBytes) {
    const sizeBytes = Buffer.byteLength(key);
    if (sizeBytes > limits.s3KeyBytes) throw keyTooLong(sizeBytes, limits.s3KeyBytes);
  }
  if (/\p{Surrogate}/u.test(key)) throw invalidArgument('Object key is not well-formed Unicode.', 'Key');
}
