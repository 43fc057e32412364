import { AwsError } from '../../../../core/errors.ts';
import { addRole } from '../new-role.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { serviceLinkedName, serviceLinkedPath } from '../service-linked-roles.ts';

export const createServiceLinkedRole = defineIamOperation({
  name: 'CreateServiceLinkedRole',
  handle(context, input) {
    const service = required(input, 'AWSServiceName');
    if (!/^[a-z][a-z0-9.-]*\.amazonaws\.com$/.test(service)) {
      throw new AwsError('InvalidInput', `Service name ${service} is not valid.`);
    }
    const name = serviceLinkedName(service, input['CustomSuffix']);
    if (context.store.roles.has(name)) {
      throw new AwsError(
        'InvalidInput',
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const description = input['Description'];
    return addRole(context, {
      name,
      path: serviceLinkedPath(service),
      trustPolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Action: ['sts:AssumeRole'], Principal: { Service: [service] }, Effect: 'Allow' }],
      }),
      ...(description === undefined ? {} : { description }),
      maxSessionSeconds: 3600,
      tags: {},
    });
  },
});
