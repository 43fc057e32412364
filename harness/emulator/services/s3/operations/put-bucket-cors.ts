import { putConfiguration } from '../wire/configuration.ts';
import { CORS } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export const putBucketCors = putConfiguration('PutBucketCors', CORS);
