import { deleteConfiguration } from '../wire/configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html */
export const deleteBucketPolicy = deleteConfiguration('DeleteBucketPolicy', { subresource: 'policy' });
