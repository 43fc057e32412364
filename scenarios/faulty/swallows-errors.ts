/** Fault 6 of the original: every error becomes statusCode 500 in an execution that SUCCEEDS. */
import type { Context } from 'aws-lambda';
import { createS3Client } from '../../lambdas/shared/s3.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { createSummarizeHandler } from '../../lambdas/summarize/handler.ts';

const summarize = createSummarizeHandler({ s3: createS3Client(), telemetry: createTelemetry('summarize') });

export const handler = async (event: unknown, context: Context) => {
  try {
    return await summarize(event, context);
  } catch (error) {
    return { statusCode: 500, body: String(error) };
  }
};
