import { putConfiguration } from '../wire/configuration.ts';
import { OWNERSHIP } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html */
export const putBucketOwnershipControls = putConfiguration('PutBucketOwnershipControls', OWNERSHIP);
