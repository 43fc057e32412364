import { getConfiguration } from '../wire/configuration.ts';
import { REPLICATION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html */
export const getBucketReplication = getConfiguration('GetBucketReplication', REPLICATION);
