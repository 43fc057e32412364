import { getConfiguration } from '../wire/configuration.ts';
import { ACCELERATE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html */
export const getBucketAccelerateConfiguration = getConfiguration(
  'GetBucketAccelerateConfiguration',
  ACCELERATE,
);
