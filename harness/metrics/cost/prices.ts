/**
 * AWS's on-demand prices as data: one table per region, with the page and the day each was taken from. A change
 * of AWS is a change of one line. Free tiers are left out: they belong to an account, not to a run.
 */

interface Price {
  usd: number;
  /** What the price is for. */
  per: string;
  page: string;
}

const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const STEP_FUNCTIONS = 'https://aws.amazon.com/step-functions/pricing/';
const S3 = 'https://aws.amazon.com/s3/pricing/';
const LOGS = 'https://aws.amazon.com/cloudwatch/pricing/';

const price = (usd: number, per: string, page: string): Price => ({ usd, per, page });

export const usEast1 = {
  region: 'us-east-1',
  date: '2026-11-23',
  lambdaGbSecondX64: price(0.0000166667, 'GB-s, x86', LAMBDA),
  lambdaGbSecondArm64: price(0.0000133334, 'GB-s, arm64', LAMBDA),
  lambdaRequest: price(0.2 / 1e6, 'request', LAMBDA),
  standardTransition: price(0.025 / 1000, 'state transition of a STANDARD workflow', STEP_FUNCTIONS),
  expressRequest: price(1 / 1e6, 'EXPRESS workflow started', STEP_FUNCTIONS),
  expressGbSecond: price(0.00001667, 'GB-s of an EXPRESS workflow', STEP_FUNCTIONS),
  s3Write: price(0.005 / 1000, 'PUT, COPY, POST or LIST request', S3),
  s3Read: price(0.0004 / 1000, 'GET request', S3),
  logsIngestedGb: price(0.5, 'GB ingested', LOGS),
} as const;

export type PriceTable = {
  readonly [Name in keyof typeof usEast1]: (typeof usEast1)[Name] extends string ? string : Price;
};
