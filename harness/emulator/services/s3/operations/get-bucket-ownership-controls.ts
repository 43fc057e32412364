import { getConfiguration } from '../wire/configuration.ts';
import { OWNERSHIP } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export const getBucketOwnershipControls = getConfiguration('GetBucketOwnershipControls', OWNERSHIP);
