import { AwsError } from '../../../../core/errors.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { invalid } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { deliveryName, parsedArn, sourceShape } from '../deliveries.ts';
import { requiredText, tagMap } from '../parameters.ts';

/**
 * Services whose logs may be delivered.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html (V2 permissions)
 */
const SOURCES = new Set([
  'bedrock',
  'bedrock-agentcore',
  'cloudfront',
  'codewhisperer',
  'eks',
  'elasticloadbalancing',
  'entityresolution',
  'events',
  'mediapackagev2',
  'mediatailor',
  'network-firewall',
  'pcs',
  'qapps',
  'qbusiness',
  'route53globalresolver',
  'rtbfabric',
  'securityhub',
  'ses',
  'sso',
  'transfer',
  'vpc-lattice',
  'wisdom',
  'workmail',
]);

export const putDeliverySource = defineJsonOperation<LogsContext>({
  name: 'PutDeliverySource',
  handle({ env, account }, input) {
    const name = deliveryName(input, 'name');
    const resourceArn = requiredText(input, 'resourceArn');
    const logType = requiredText(input, 'logType');
    const { service, region, accountId } = parsedArn(resourceArn, 'resourceArn');
    if (!SOURCES.has(service)) {
      throw new AwsError('ResourceNotFoundException', 'Cannot access provided service.');
    }
    // Resources of no region may be of any account.
    if (region !== '' && (region !== env.region || accountId !== env.accountId)) {
      throw invalid('The resource must be of the account and region of the delivery source.');
    }
    const before = account.deliverySources.get(name);
    const source = {
      arn: `arn:aws:logs:${env.region}:${env.accountId}:delivery-source:${name}`,
      logType,
      name,
      resourceArns: [resourceArn],
      service,
      tags: { ...before?.tags, ...tagMap(input) },
    };
    account.deliverySources.set(name, source);
    account.save();
    return { deliverySource: sourceShape(source) };
  },
});
