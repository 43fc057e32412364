/** Entry point of the init function on AWS Lambda. */
import { bundledModel } from '../shared/model-location.ts';
import { createS3Client } from '../shared/s3.ts';
import { createTelemetry } from '../shared/telemetry.ts';
import { createInitHandler } from './handler.ts';

export const handler = createInitHandler({
  s3: createS3Client(),
  telemetry: createTelemetry('init'),
  bundled: bundledModel(process.env),
  maxConcurrency: Number(process.env['MAX_CONCURRENCY'] ?? 0),
});
