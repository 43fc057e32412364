import { deleteNamed } from '../wire/named-configuration.ts';
import { INTELLIGENT_TIERING } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketIntelligentTieringConfiguration.html */
export const deleteBucketIntelligentTieringConfiguration = deleteNamed(
  'DeleteBucketIntelligentTieringConfiguration',
  INTELLIGENT_TIERING,
);
