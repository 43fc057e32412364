import { isJsonObject } from '../../../../core/json.ts';
import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { invalid, wordOf } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { deliveryDestinationShape, deliveryName, parsedArn } from '../deliveries.ts';
import { requiredText, tagMap } from '../parameters.ts';

const FORMATS = ['w3c', 'raw', 'json', 'plain', 'parquet'];

export const putDeliveryDestination = defineJsonOperation<LogsContext>({
  name: 'PutDeliveryDestination',
  handle({ env, account }, input) {
    const name = deliveryName(input, 'name');
    const outputFormat = wordOf(input, 'outputFormat', FORMATS, invalid);
    const configuration = input['deliveryDestinationConfiguration'];
    const target = isJsonObject(configuration)
      ? requiredText(configuration, 'destinationResourceArn')
      : undefined;
    const before = account.deliveryDestinations.get(name);
    const destination = {
      ...before,
      arn: `arn:aws:logs:${env.region}:${env.accountId}:delivery-destination:${name}`,
      ...(target === undefined
        ? { deliveryDestinationType: traces(input['deliveryDestinationType']) }
        : {
            deliveryDestinationType: typeOf(target, env),
            deliveryDestinationConfiguration: { destinationResourceArn: target },
          }),
      name,
      ...(outputFormat === undefined ? {} : { outputFormat }),
      tags: { ...before?.tags, ...tagMap(input) },
    };
    account.deliveryDestinations.set(name, destination);
    account.save();
    return { deliveryDestination: deliveryDestinationShape(destination) };
  },
});

/** X-Ray alone needs no ARN. */
function traces(type: unknown): string {
  if (type === 'XRAY') return type;
  throw invalid('deliveryDestinationConfiguration is required.');
}

/** A bucket, or a log group or Firehose stream of this account and region. @throws AwsError ValidationException */
function typeOf(target: string, place: { region: string; accountId: string }): 'S3' | 'CWL' | 'FH' {
  const { service, region, accountId, resource } = parsedArn(target, 'destinationResourceArn');
  if (service === 's3' && region === '' && accountId === '') return 'S3';
  const isHere = region === place.region && accountId === place.accountId;
  if (isHere && service === 'logs' && resource.startsWith('log-group:')) return 'CWL';
  if (isHere && service === 'firehose' && resource.startsWith('deliverystream/')) return 'FH';
  throw invalid(`${target} is not a bucket, log group or delivery stream of this account and region.`);
}
