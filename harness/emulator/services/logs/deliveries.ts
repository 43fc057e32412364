/**
 * Deliveries of the logs of other services: their sources, destinations and pairs are kept and shown; those
 * services are not here and send nothing. Source of the texts: recorded answers.
 */
import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import { invalid } from './account-page.ts';
import { optionalText, requiredText } from './parameters.ts';
import type { Delivery, DeliveryDestination, DeliverySource } from './store/account-store.ts';

const NAME = /^[\w-]{1,60}$/;

/** @throws AwsError ValidationException */
export function deliveryName(input: JsonObject, member: string): string {
  const name = requiredText(input, member);
  if (!NAME.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]*`,
    );
  }
  return name;
}

interface Arn {
  service: string;
  region: string;
  accountId: string;
  resource: string;
}

/** @throws AwsError ValidationException */
export function parsedArn(text: string, member: string): Arn {
  const [, service, region, accountId, resource] =
    /^arn:[\w-]+:([\w-]+):([\w-]*):(\d*):(.+)$/.exec(text) ?? [];
  if (resource === undefined) throw invalid(`${member} is not a valid ARN.`);
  return { service: service!, region: region!, accountId: accountId!, resource };
}

const missing = (what: string) => () =>
  new AwsError('ResourceNotFoundException', `Requested ${what} does not exist in this account.`);
export const noSuchSource = missing('Delivery Source');
export const noSuchDestination = missing('Delivery Destination');
export const noSuchDelivery = missing('Delivery');

export const conflict = (message: string) => new AwsError('ConflictException', message);

const tagged = (tags: { readonly [key: string]: string }) => (Object.keys(tags).length > 0 ? { tags } : {});

export const sourceShape = ({ tags, ...source }: DeliverySource): object => ({ ...source, ...tagged(tags) });

/** Without its tags, as AWS shows it. */
export function deliveryDestinationShape({ tags: _, policy: __, ...shown }: DeliveryDestination): object {
  return shown;
}

export const deliveryShape = ({ tags, ...delivery }: Delivery): object => ({ ...delivery, ...tagged(tags) });

/** What a delivery may say of its records. */
export function recordMembers(
  input: JsonObject,
): Pick<Delivery, 'recordFields' | 'fieldDelimiter' | 's3DeliveryConfiguration'> {
  const fields = input['recordFields'];
  const delimiter = optionalText(input, 'fieldDelimiter');
  const s3 = input['s3DeliveryConfiguration'];
  return {
    ...(Array.isArray(fields) ? { recordFields: fields.map(String) } : {}),
    ...(delimiter === undefined ? {} : { fieldDelimiter: delimiter }),
    ...(typeof s3 === 'object' && s3 !== null ? { s3DeliveryConfiguration: s3 as JsonObject } : {}),
  };
}
