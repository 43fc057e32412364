/** Fault 1 of the original: the listing stops after its first page of 1,000 keys. */
import { createInitHandler } from '../../lambdas/init/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedS3 } from './changed-s3.ts';

export const handler = createInitHandler({
  s3: changedS3({
    after(name, answer) {
      if (name === 'ListObjectsV2Command') answer['IsTruncated'] = false;
    },
  }),
  telemetry: createTelemetry('init'),
  maxConcurrency: 0,
});
