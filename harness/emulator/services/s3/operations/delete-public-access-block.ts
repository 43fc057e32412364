import { deleteConfiguration } from '../wire/configuration.ts';
import { PUBLIC_ACCESS } from '../wire/configuration-kinds.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const deletePublicAccessBlock = deleteConfiguration('DeletePublicAccessBlock', PUBLIC_ACCESS);
