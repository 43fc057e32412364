import { putConfiguration } from '../wire/configuration.ts';
import { OBJECT_LOCK } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export const putObjectLockConfiguration = putConfiguration('PutObjectLockConfiguration', OBJECT_LOCK);
