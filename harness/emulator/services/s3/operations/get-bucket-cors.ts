import { getConfiguration } from '../wire/configuration.ts';
import { CORS } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html */
export const getBucketCors = getConfiguration('GetBucketCors', CORS);
