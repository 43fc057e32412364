/** Fault 7 of the original: a partition that cannot be read is passed over, and nobody hears of it. */
import type { Context } from 'aws-lambda';
import { createInferenceHandler } from '../../lambdas/inference/handler.ts';
import { createS3Client } from '../../lambdas/shared/s3.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';

const infer = createInferenceHandler({ s3: createS3Client(), telemetry: createTelemetry('inference') });

export const handler = async (event: unknown, context: Context) => {
  try {
    return await infer(event, context);
  } catch {
    return { statusCode: 200 };
  }
};
