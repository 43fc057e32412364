import { putNamed } from '../wire/named-configuration.ts';
import { METRICS } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html */
export const putBucketMetricsConfiguration = putNamed('PutBucketMetricsConfiguration', METRICS);
