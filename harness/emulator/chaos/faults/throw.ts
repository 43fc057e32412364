import { z } from 'zod';
import { AwsError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import type { ServiceName } from '../../http/wire.ts';
import { defineFault, type RequestStrike } from './fault.ts';

interface Answer {
  status: number;
  message: string;
  headers?: { [name: string]: string };
}

/**
 * What AWS answers when it is at fault or throttles. Sources:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
 */
const ANSWERS: { readonly [code: string]: Answer } = {
  SlowDown: { status: 503, message: 'Please reduce your request rate.' },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
  ServiceUnavailable: { status: 503, message: 'Service is unable to handle request.' },
  RequestTimeout: {
    status: 400,
    message:
      'Your socket connection to the server was not read from or written to within the timeout period.',
  },
  AccessDenied: { status: 403, message: 'Access Denied' },
  AccessDeniedException: { status: 403, message: 'User is not authorized to perform this operation.' },
  ThrottlingException: { status: 400, message: 'Rate exceeded' },
  Throttling: { status: 400, message: 'Rate exceeded' },
  TooManyRequestsException: { status: 429, message: 'Rate Exceeded.', headers: { 'retry-after': '0' } },
  ServiceException: { status: 500, message: 'The service encountered an internal error.' },
  EC2ThrottledException: {
    status: 502,
    message: 'Lambda was throttled by Amazon EC2 during Lambda function initialization.',
  },
  ServiceUnavailableException: {
    status: 503,
    message: 'The request has failed due to a temporary failure of the server.',
  },
  InternalFailure: {
    status: 500,
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  },
  RequestLimitExceeded: { status: 400, message: 'Request limit exceeded.' },
};

const known = z
  .string()
  // Step Functions names Lambda's errors `Lambda.TooManyRequestsException`.
  .transform((text) => text.replace(/^Lambda\./, ''))
  .superRefine((code, issues) => {
    if (Object.hasOwn(ANSWERS, code)) return;
    const near = nearestName(code, Object.keys(ANSWERS));
    issues.addIssue({
      code: 'custom',
      message: `the error ${code} is not known${near ? ` (${near}?)` : ''}; others are written {code, status, message}`,
    });
  })
  .transform((code) => ({ code, ...ANSWERS[code]! }));

const custom = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9.]*$/, 'an error code is made of letters, digits and dots')
    .describe('error code'),
  status: z.int().min(400).max(599).default(400).describe('HTTP status'),
  message: z.string().default('Injected fault.').describe('message'),
});

const schema = z.union([known, custom]);

/** An error of AWS's, rendered by the service's protocol. */
export const throwError = defineFault<typeof schema, RequestStrike>({
  stage: 'request',
  schema,
  description:
    "the call fails with an error of AWS's (`SlowDown`, `Lambda.TooManyRequestsException`), or one of your own",
  strike: ({ code, status, message, ...more }) => ({
    stage: 'request',
    before: (service) => {
      throw new AwsError(code, message, status, {
        ...('headers' in more && more.headers ? { headers: more.headers } : {}),
        details: detailsOf(service, code),
      });
    },
  }),
});

/** Lambda tells why it throttles. */
function detailsOf(service: ServiceName, code: string): { [member: string]: string } {
  return service === 'lambda' && code === 'TooManyRequestsException'
    ? { Reason: 'ConcurrentInvocationLimitExceeded', Type: 'User' }
    : {};
}
