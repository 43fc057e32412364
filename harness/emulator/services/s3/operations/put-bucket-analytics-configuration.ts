import { putNamed } from '../wire/named-configuration.ts';
import { ANALYTICS } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html */
export const putBucketAnalyticsConfiguration = putNamed('PutBucketAnalyticsConfiguration', ANALYTICS);
