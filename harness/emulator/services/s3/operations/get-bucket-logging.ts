import { getConfiguration } from '../wire/configuration.ts';
import { LOGGING } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html */
export const getBucketLogging = getConfiguration('GetBucketLogging', LOGGING);
