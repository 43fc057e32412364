import { getConfiguration } from '../wire/configuration.ts';
import { OBJECT_LOCK } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export const getObjectLockConfiguration = getConfiguration('GetObjectLockConfiguration', OBJECT_LOCK);
