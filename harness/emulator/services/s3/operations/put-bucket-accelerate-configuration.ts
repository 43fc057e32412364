import { putConfiguration } from '../wire/configuration.ts';
import { ACCELERATE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html */
export const putBucketAccelerateConfiguration = putConfiguration(
  'PutBucketAccelerateConfiguration',
  ACCELERATE,
);
