import { getNamed } from '../wire/named-configuration.ts';
import { INTELLIGENT_TIERING } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketIntelligentTieringConfiguration.html */
export const getBucketIntelligentTieringConfiguration = getNamed(
  'GetBucketIntelligentTieringConfiguration',
  INTELLIGENT_TIERING,
);
