import { putConfiguration } from '../wire/configuration.ts';
import { PUBLIC_ACCESS } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html */
export const putPublicAccessBlock = putConfiguration('PutPublicAccessBlock', PUBLIC_ACCESS);
