import { AwsError } from '../../../core/errors.ts';
import type { QueryInput } from '../../http/protocols/aws-query.ts';
import type { SessionCredentials } from '../ports.ts';

/** `DurationSeconds` within bounds. @throws AwsError ValidationError */
export function sessionSeconds(
  input: QueryInput,
  { least, most, usual }: { least: number; most: number; usual: number },
): number {
  const seconds = Number(input['DurationSeconds'] ?? usual);
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds;
  const bound = seconds < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${input['DurationSeconds']}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

/** Credentials as STS answers them. */
export const credentialsShape = (credentials: SessionCredentials): object => ({
  AccessKeyId: credentials.accessKeyId,
  SecretAccessKey: credentials.secretAccessKey,
  SessionToken: credentials.sessionToken,
  Expiration: new Date(credentials.expirationMs).toISOString(),
});
