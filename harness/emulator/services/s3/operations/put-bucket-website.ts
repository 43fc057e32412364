import { putConfiguration } from '../wire/configuration.ts';
import { WEBSITE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export const putBucketWebsite = putConfiguration('PutBucketWebsite', WEBSITE);
