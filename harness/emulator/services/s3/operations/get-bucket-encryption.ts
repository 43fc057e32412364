import { getConfiguration } from '../wire/configuration.ts';
import { ENCRYPTION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html */
export const getBucketEncryption = getConfiguration('GetBucketEncryption', ENCRYPTION);
