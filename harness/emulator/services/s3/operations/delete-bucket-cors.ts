import { deleteConfiguration } from '../wire/configuration.ts';
import { CORS } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html */
export const deleteBucketCors = deleteConfiguration('DeleteBucketCors', CORS);
