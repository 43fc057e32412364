import { AwsError } from '../../../../core/errors.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { serviceLinkedName, serviceLinkedPath } from '../service-linked-roles.ts';
import { roleShape } from '../shapes.ts';

export const createServiceLinkedRole = defineIamOperation({
  name: 'CreateServiceLinkedRole',
  handle({ env, store }, input) {
    const service = required(input, 'AWSServiceName');
    if (!/^[a-z][a-z0-9.-]*\.amazonaws\.com$/.test(service)) {
      throw new AwsError('InvalidInput', `Service name ${service} is not valid.`);
    }
    const name = serviceLinkedName(service, input['CustomSuffix']);
    if (store.roles.has(name)) {
      throw new AwsError(
        'InvalidInput',
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const path = serviceLinkedPath(service);
    const description = input['Description'];
    const role = {
      name,
      path,
      id: `AROA${alphanumeric(env.random, 17)}`,
      arn: `arn:aws:iam::${env.accountId}:role${path}${name}`,
      createdMs: env.clock.nowMs(),
      trustPolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Action: ['sts:AssumeRole'], Principal: { Service: [service] }, Effect: 'Allow' }],
      }),
      ...(description === undefined ? {} : { description }),
      maxSessionSeconds: 3600,
      tags: {},
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    store.roles.set(name, role);
    store.save();
    return { Role: roleShape(role, 'created') };
  },
});
