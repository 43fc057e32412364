/** Fault 8 of the original's table: throughput off by ten beside the samples per second it comes from. */
import { createInferenceHandler } from '../../lambdas/inference/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedJson, changedS3 } from './changed-s3.ts';

export const handler = createInferenceHandler({
  s3: changedS3(
    changedJson(/\/\d+\.json$/, (result) => {
      result['throughput_bps'] = 10 * Number(result['throughput_bps']);
    }),
  ),
  telemetry: createTelemetry('inference'),
});
