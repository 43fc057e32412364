import { putConfiguration } from '../wire/configuration.ts';
import { LIFECYCLE } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
export const putBucketLifecycleConfiguration = putConfiguration('PutBucketLifecycleConfiguration', LIFECYCLE);
