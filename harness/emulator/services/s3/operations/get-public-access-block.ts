import { getConfiguration } from '../wire/configuration.ts';
import { PUBLIC_ACCESS } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export const getPublicAccessBlock = getConfiguration('GetPublicAccessBlock', PUBLIC_ACCESS);
