import { deleteNamed } from '../wire/named-configuration.ts';
import { INVENTORY } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketInventoryConfiguration.html */
export const deleteBucketInventoryConfiguration = deleteNamed(
  'DeleteBucketInventoryConfiguration',
  INVENTORY,
);
