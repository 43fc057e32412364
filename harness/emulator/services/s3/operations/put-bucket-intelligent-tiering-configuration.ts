import { putNamed } from '../wire/named-configuration.ts';
import { INTELLIGENT_TIERING } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketIntelligentTieringConfiguration.html */
export const putBucketIntelligentTieringConfiguration = putNamed(
  'PutBucketIntelligentTieringConfiguration',
  INTELLIGENT_TIERING,
);
