import { getNamed } from '../wire/named-configuration.ts';
import { INVENTORY } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketInventoryConfiguration.html */
export const getBucketInventoryConfiguration = getNamed('GetBucketInventoryConfiguration', INVENTORY);
