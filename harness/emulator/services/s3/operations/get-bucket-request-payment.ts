import { getConfiguration } from '../wire/configuration.ts';
import { REQUEST_PAYMENT } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html */
export const getBucketRequestPayment = getConfiguration('GetBucketRequestPayment', REQUEST_PAYMENT);
