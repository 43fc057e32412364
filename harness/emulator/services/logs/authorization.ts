/**
 * The permissions that operations of CloudWatch Logs need: named as themselves, on the stream or group they name.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
import type { JsonObject } from '../../../core/json.ts';
import { logStreamArn } from '../log-stream-arn.ts';
import type { AuthorizedCall, ServiceEnvironment } from '../ports.ts';
import { textOr } from '../role-guard.ts';

type Place = Pick<ServiceEnvironment, 'region' | 'accountId'>;

export function logsCalls(place: Place, operation: string, body: JsonObject): AuthorizedCall[] {
  const group = body['logGroupName'] ?? body['logGroupIdentifier'];
  let resource = accountResource(place, operation, body) ?? textOr(body['resourceArn']);
  if (operation === 'DescribeLogGroups') resource = logStreamArn(place, '');
  else if (typeof group === 'string') {
    const stream = textOr(body['logStreamName'], '');
    // An identifier may be the group's ARN already.
    resource = group.startsWith('arn:') ? group.replace(/:\*$/, '') : logStreamArn(place, group, stream);
  }
  return [{ action: `logs:${operation}`, resource }];
}

/** Destinations, delivery sources and deliveries have ARNs of their own. */
function accountResource(
  { region, accountId }: Place,
  operation: string,
  body: JsonObject,
): string | undefined {
  const arn = (kind: string, name: unknown) =>
    typeof name === 'string' ? `arn:aws:logs:${region}:${accountId}:${kind}:${name}` : undefined;
  if (/DeliveryDestinationPolicy$/.test(operation)) {
    return arn('delivery-destination', body['deliveryDestinationName']);
  }
  if (/DeliveryDestination$/.test(operation)) return arn('delivery-destination', body['name']);
  if (/DeliverySource$/.test(operation)) return arn('delivery-source', body['name']);
  if (operation === 'CreateDelivery') return arn('delivery-source', body['deliverySourceName']);
  if (/Delivery(?:Configuration)?$/.test(operation)) return arn('delivery', body['id']);
  return arn('destination', body['destinationName']);
}
