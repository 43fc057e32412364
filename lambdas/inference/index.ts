/** Entry point of the inference function on AWS Lambda. */
import { createS3Client } from '../shared/s3.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { createInferenceHandler } from './handler.ts';

export const handler = createInferenceHandler({
  s3: createS3Client(),
  telemetry: createTelemetry('inference'),
});
