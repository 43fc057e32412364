import { deleteConfiguration } from '../wire/configuration.ts';
import { LIFECYCLE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export const deleteBucketLifecycle = deleteConfiguration('DeleteBucketLifecycle', LIFECYCLE);
