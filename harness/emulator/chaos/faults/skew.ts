import { z } from 'zod';
import { AwsError } from '../../../core/errors.ts';
import { defineFault, type RequestStrike } from './fault.ts';

const UNIT_MS: { [unit: string]: number } = { s: 1000, min: 60_000, h: 3_600_000 };
const PATTERN = /^(-?\d+(?:\.\d+)?)\s*(s|min|h)$/;

const schema = z
  .string()
  .regex(
    PATTERN,
    'it reads a number and a unit (s, min, h), such as 20 min, or -20 min for a clock that is slow',
  )
  .transform((text) => {
    const [, number, unit] = PATTERN.exec(text)!;
    return Number(number) * UNIT_MS[unit!]!;
  });

/** Beyond this a signature's time is refused. */
const MAX_SKEW_MS = 15 * 60_000;

/**
 * The service's clock is ahead of its callers' by so much: a request signed more than 15 minutes off is refused, and
 * the answer tells the service's time, by which an SDK corrects itself. Sources:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed),
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html (InvalidSignatureException)
 */
export const skew = defineFault<typeof schema, RequestStrike>({
  stage: 'request',
  schema,
  description:
    "the service's clock is ahead of its callers' by so much, in s, min or h; beyond 15 min requests are refused: `20 min`, `-20 min`",
  strike: (skewMs) => ({
    stage: 'request',
    before: (service, clock, { signedAtMs }) => {
      const serverMs = clock.nowMs() + skewMs;
      if (signedAtMs === undefined || Math.abs(serverMs - signedAtMs) <= MAX_SKEW_MS) return;
      const headers = { date: new Date(serverMs).toUTCString() };
      if (service !== 's3') {
        const early = signedAtMs < serverMs;
        const message = early
          ? `Signature expired: ${basic(signedAtMs)} is now earlier than ${basic(serverMs - MAX_SKEW_MS)} (${basic(serverMs)} - 15 min.)`
          : `Signature not yet current: ${basic(signedAtMs)} is still later than ${basic(serverMs + MAX_SKEW_MS)} (${basic(serverMs)} + 15 min.)`;
        throw new AwsError('InvalidSignatureException', message, 403, { headers });
      }
      throw new AwsError(
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
        403,
        {
          headers,
          details: {
            RequestTime: basic(signedAtMs),
            ServerTime: new Date(serverMs).toISOString().replace(/\.\d+/, ''),
            MaxAllowedSkewMilliseconds: MAX_SKEW_MS,
          },
        },
      );
    },
  }),
});

/** `20261124T101500Z` */
const basic = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
