/** Entry point of the inference function on AWS Lambda. */
import { bundledModel } from '../shared/model-location.ts';
import { createS3Client } from '../shared/s3.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { createInferenceHandler } from './handler.ts';

export const handler = createInferenceHandler({
  s3: createS3Client(),
  telemetry: createTelemetry('inference'),
  bundled: bundledModel(process.env),
});
