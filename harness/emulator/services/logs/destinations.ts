/** Destinations of events of other accounts: kept and shown. */
import { AwsError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { LogsContext } from './context.ts';
import { requiredText } from './parameters.ts';
import type { Destination } from './store/account-store.ts';

export function destinationShape({ tags: _, ...shown }: Destination): object {
  return shown;
}

/** The destination named. @throws AwsError ResourceNotFoundException */
export function destinationOf({ account }: LogsContext, input: JsonObject): Destination {
  const destination = account.destinations.get(requiredText(input, 'destinationName'));
  if (!destination) {
    throw new AwsError('ResourceNotFoundException', 'The specified destination does not exist.');
  }
  return destination;
}
