import { deleteConfiguration } from '../wire/configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketReplication.html */
export const deleteBucketReplication = deleteConfiguration('DeleteBucketReplication', 'replication');
