import { deleteConfiguration } from '../wire/configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html */
export const deleteBucketEncryption = deleteConfiguration('DeleteBucketEncryption', 'encryption');
