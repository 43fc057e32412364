import { listNamed } from '../wire/named-configuration.ts';
import { METRICS } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketMetricsConfigurations.html */
export const listBucketMetricsConfigurations = listNamed('ListBucketMetricsConfigurations', METRICS);
