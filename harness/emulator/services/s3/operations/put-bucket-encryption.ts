import { putConfiguration } from '../wire/configuration.ts';
import { ENCRYPTION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const putBucketEncryption = putConfiguration('PutBucketEncryption', ENCRYPTION);
