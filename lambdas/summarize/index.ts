/** Entry point of the summarize function on AWS Lambda. */
import { createS3Client } from '../shared/s3.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { createSummarizeHandler } from './handler.ts';

export const handler = createSummarizeHandler({
  s3: createS3Client(),
  telemetry: createTelemetry('summarize'),
});
