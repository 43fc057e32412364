import { putConfiguration } from '../wire/configuration.ts';
import { REQUEST_PAYMENT } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketRequestPayment.html */
export const putBucketRequestPayment = putConfiguration('PutBucketRequestPayment', REQUEST_PAYMENT);
