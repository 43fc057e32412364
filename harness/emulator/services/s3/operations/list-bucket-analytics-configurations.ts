import { listNamed } from '../wire/named-configuration.ts';
import { ANALYTICS } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketAnalyticsConfigurations.html */
export const listBucketAnalyticsConfigurations = listNamed('ListBucketAnalyticsConfigurations', ANALYTICS);
