import { deleteConfiguration } from '../wire/configuration.ts';
import { WEBSITE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketWebsite.html */
export const deleteBucketWebsite = deleteConfiguration('DeleteBucketWebsite', WEBSITE);
