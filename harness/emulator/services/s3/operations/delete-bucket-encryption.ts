import { deleteConfiguration } from '../wire/configuration.ts';
import { ENCRYPTION } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketEncryption.html */
export const deleteBucketEncryption = deleteConfiguration('DeleteBucketEncryption', ENCRYPTION);
