import { listNamed } from '../wire/named-configuration.ts';
import { INTELLIGENT_TIERING } from '../wire/named-configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBucketIntelligentTieringConfigurations.html */
export const listBucketIntelligentTieringConfigurations = listNamed(
  'ListBucketIntelligentTieringConfigurations',
  INTELLIGENT_TIERING,
);
