import { getConfiguration } from '../wire/configuration.ts';
import { WEBSITE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketWebsite.html */
export const getBucketWebsite = getConfiguration('GetBucketWebsite', WEBSITE);
