import { deleteConfiguration } from '../wire/configuration.ts';
import { REPLICATION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketReplication.html */
export const deleteBucketReplication = deleteConfiguration('DeleteBucketReplication', REPLICATION);
