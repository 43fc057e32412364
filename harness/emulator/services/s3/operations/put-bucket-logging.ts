import { putConfiguration } from '../wire/configuration.ts';
import { LOGGING } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html */
export const putBucketLogging = putConfiguration('PutBucketLogging', LOGGING);
