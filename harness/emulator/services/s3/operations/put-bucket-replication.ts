import { putConfiguration } from '../wire/configuration.ts';
import { REPLICATION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html */
export const putBucketReplication = putConfiguration('PutBucketReplication', REPLICATION);
