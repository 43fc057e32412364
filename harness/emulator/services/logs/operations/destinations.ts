/** Destinations of events of other accounts: kept and shown. */
import type {
  DeleteDestinationCommandInput,
  DescribeDestinationsCommandInput,
  PutDestinationCommandInput,
  PutDestinationPolicyCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../../core/errors.ts';
import { defineOperation } from '../../../http/operation.ts';
import { passRole } from '../../../http/permission.ts';
import type { LogsContext } from '../context.ts';
import { logsArn, logsCall } from '../names.ts';
import { pageByKey } from '../pages.ts';
import { policyText } from '../policy-text.ts';
import type { Destination } from '../store/account-store.ts';

const destinationCall = (operation: string, { env }: LogsContext, name = '*') =>
  logsCall(operation, logsArn(env, 'destination', name));

const destinationShape = ({ tags: _, ...shown }: Destination): object => shown;

/** @throws AwsError ResourceNotFoundException */
function destinationOf({ account }: LogsContext, name: string): Destination {
  const destination = account.destinations.get(name);
  if (destination) return destination;
  throw new AwsError('ResourceNotFoundException', 'The specified destination does not exist.');
}

/** Makes a destination or changes its target and role. */
export const putDestination = defineOperation<LogsContext, PutDestinationCommandInput>({
  name: 'PutDestination',
  permission: ({ destinationName, roleArn }, context) => [
    destinationCall('PutDestination', context, destinationName),
    ...passRole(roleArn, 'logs.amazonaws.com'),
  ],
  handle({ env, account }, { destinationName, targetArn, roleArn, tags = {} }) {
    const destination = {
      creationTime: env.clock.nowMs(),
      arn: logsArn(env, 'destination', destinationName),
      tags,
      ...account.destinations.get(destinationName),
      destinationName,
      targetArn,
      roleArn,
    };
    account.destinations.set(destinationName, destination);
    account.save();
    return { destination: destinationShape(destination) };
  },
});

export const putDestinationPolicy = defineOperation<LogsContext, PutDestinationPolicyCommandInput>({
  name: 'PutDestinationPolicy',
  permission: ({ destinationName }, context) => [
    destinationCall('PutDestinationPolicy', context, destinationName),
  ],
  handle(context, { destinationName, accessPolicy }) {
    destinationOf(context, destinationName).accessPolicy = policyText(accessPolicy, 'accessPolicy');
    context.account.save();
    return {};
  },
});

export const deleteDestination = defineOperation<LogsContext, DeleteDestinationCommandInput>({
  name: 'DeleteDestination',
  permission: ({ destinationName }, context) => [
    destinationCall('DeleteDestination', context, destinationName),
  ],
  handle(context, { destinationName }) {
    context.account.destinations.delete(destinationOf(context, destinationName).destinationName);
    context.account.save();
    return {};
  },
});

export const describeDestinations = defineOperation<LogsContext, DescribeDestinationsCommandInput>({
  name: 'DescribeDestinations',
  permission: () => [logsCall('DescribeDestinations')],
  handle({ account }, input) {
    const prefix = input.DestinationNamePrefix ?? '';
    const found = [...account.destinations].filter(([name]) => name.startsWith(prefix));
    const page = pageByKey(found, input, `DescribeDestinations ${prefix}`);
    return { destinations: page.values.map(destinationShape), nextToken: page.nextToken };
  },
});
