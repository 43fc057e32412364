import { deleteConfiguration } from '../wire/configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html */
export const deleteBucketTagging = deleteConfiguration('DeleteBucketTagging', { subresource: 'tagging' });
