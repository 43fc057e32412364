import type {
  DeleteDeliverySourceCommandInput,
  DescribeDeliverySourcesCommandInput,
  GetDeliverySourceCommandInput,
  PutDeliverySourceCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../../../core/errors.ts';
import { parseArn } from '../../../arn.ts';
import { defineOperation } from '../../../http/operation.ts';
import type { LogsContext } from '../context.ts';
import { deliveryConflict, invalidDelivery, noSuchPart } from '../delivery-errors.ts';
import { logsArn, logsCall } from '../names.ts';
import { pageByKey } from '../pages.ts';
import type { DeliverySource } from '../store/account-store.ts';

/**
 * Services whose logs may be delivered.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html (V2 permissions)
 */
const SERVICES = new Set(
  'bedrock bedrock-agentcore cloudfront codewhisperer eks elasticloadbalancing entityresolution events mediapackagev2 mediatailor network-firewall pcs qapps qbusiness route53globalresolver rtbfabric securityhub ses sso transfer vpc-lattice wisdom workmail'.split(
    ' ',
  ),
);

const sourceCall = (operation: string, { env }: LogsContext, name = '*') =>
  logsCall(operation, logsArn(env, 'delivery-source', name));

const sourceShape = ({ tags, ...source }: DeliverySource): object => ({
  ...source,
  ...(Object.keys(tags).length > 0 ? { tags } : {}),
});

export const putDeliverySource = defineOperation<LogsContext, PutDeliverySourceCommandInput>({
  name: 'PutDeliverySource',
  permission: ({ name }, context) => [sourceCall('PutDeliverySource', context, name)],
  handle({ env, account }, { name, resourceArn, logType, tags }) {
    const arn = parseArn(resourceArn);
    if (!arn) throw invalidDelivery('resourceArn is not a valid ARN.');
    if (!SERVICES.has(arn.service)) {
      throw new AwsError('ResourceNotFoundException', 'Cannot access provided service.');
    }
    // Resources of no region may be of any account.
    if (arn.region !== '' && (arn.region !== env.region || arn.accountId !== env.accountId)) {
      throw invalidDelivery('The resource must be of the account and region of the delivery source.');
    }
    const source = {
      arn: logsArn(env, 'delivery-source', name),
      logType,
      name,
      resourceArns: [resourceArn],
      service: arn.service,
      tags: { ...account.deliverySources.get(name)?.tags, ...tags },
    };
    account.deliverySources.set(name, source);
    account.save();
    return { deliverySource: sourceShape(source) };
  },
});

export const getDeliverySource = defineOperation<LogsContext, GetDeliverySourceCommandInput>({
  name: 'GetDeliverySource',
  permission: ({ name }, context) => [sourceCall('GetDeliverySource', context, name)],
  handle({ account }, { name }) {
    const source = account.deliverySources.get(name);
    if (!source) throw noSuchPart('Delivery Source');
    return { deliverySource: sourceShape(source) };
  },
});

export const deleteDeliverySource = defineOperation<LogsContext, DeleteDeliverySourceCommandInput>({
  name: 'DeleteDeliverySource',
  permission: ({ name }, context) => [sourceCall('DeleteDeliverySource', context, name)],
  handle({ account }, { name }) {
    if (!account.deliverySources.has(name)) throw noSuchPart('Delivery Source');
    if ([...account.deliveries.values()].some(({ deliverySourceName }) => deliverySourceName === name)) {
      throw deliveryConflict('This Delivery Source is in use by a Delivery and cannot be deleted.');
    }
    account.deliverySources.delete(name);
    account.save();
    return {};
  },
});

export const describeDeliverySources = defineOperation<LogsContext, DescribeDeliverySourcesCommandInput>({
  name: 'DescribeDeliverySources',
  permission: () => [logsCall('DescribeDeliverySources')],
  handle({ account }, input) {
    const page = pageByKey(account.deliverySources, input, 'DescribeDeliverySources');
    return { deliverySources: page.values.map(sourceShape), nextToken: page.nextToken };
  },
});
