/** Fault 2 of the original: the prefix is asked for without its slash, so `25MB` finds `25MB-old` too. */
import { createInitHandler } from '../../lambdas/init/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedS3 } from './changed-s3.ts';

export const handler = createInitHandler({
  s3: changedS3({
    before(name, input) {
      if (name === 'ListObjectsV2Command') input['Prefix'] = String(input['Prefix']).replace(/\/$/, '');
    },
  }),
  telemetry: createTelemetry('init'),
  maxConcurrency: 0,
});
