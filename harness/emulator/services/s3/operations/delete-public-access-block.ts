import { deleteConfiguration } from '../wire/configuration.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeletePublicAccessBlock.html */
export const deletePublicAccessBlock = deleteConfiguration('DeletePublicAccessBlock', 'publicAccessBlock');
