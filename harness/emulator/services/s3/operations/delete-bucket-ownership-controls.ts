import { deleteConfiguration } from '../wire/configuration.ts';
import { OWNERSHIP } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html */
export const deleteBucketOwnershipControls = deleteConfiguration('DeleteBucketOwnershipControls', OWNERSHIP);
