import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

export const getServiceLinkedRoleDeletionStatus = defineIamOperation({
  name: 'GetServiceLinkedRoleDeletionStatus',
  handle({ deletions }, input) {
    const task = required(input, 'DeletionTaskId');
    if (deletions.has(task)) return { Status: 'SUCCEEDED' };
    throw new AwsError('NoSuchEntity', `Deletion task ${task} cannot be found.`, 404);
  },
});
