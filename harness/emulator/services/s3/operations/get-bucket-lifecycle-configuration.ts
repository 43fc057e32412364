import { getConfiguration } from '../wire/configuration.ts';
import { LIFECYCLE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const getBucketLifecycleConfiguration = getConfiguration('GetBucketLifecycleConfiguration', LIFECYCLE);
