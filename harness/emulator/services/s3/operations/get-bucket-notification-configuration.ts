import { getConfiguration } from '../wire/configuration.ts';
import { NOTIFICATION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export const getBucketNotificationConfiguration = getConfiguration(
  'GetBucketNotificationConfiguration',
  NOTIFICATION,
);
