import { putNamed } from '../wire/named-configuration.ts';
import { INVENTORY } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html */
export const putBucketInventoryConfiguration = putNamed('PutBucketInventoryConfiguration', INVENTORY);
