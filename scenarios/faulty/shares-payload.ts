/** Fault 5 of the original: one payload for the whole bucket, which executions at once take from each other. */
import type { Context } from 'aws-lambda';
import { createInitHandler } from '../../lambdas/init/handler.ts';
import { createTelemetry } from '../../lambdas/shared/telemetry.ts';
import { changedS3 } from './changed-s3.ts';

const SHARED = { payload_key: 'payload.json', jobs_key: 'jobs.json' };
/** As long as the other execution needs to get here too: on a busy account that is an ordinary delay. */
const BUSY_MS = 3000;

const init = createInitHandler({
  s3: changedS3({
    before(name, input) {
      const file = /\/((?:payload|jobs)\.json)$/.exec(String(input['Key']))?.[1];
      if (name === 'PutObjectCommand' && file) input['Key'] = file;
    },
  }),
  telemetry: createTelemetry('init'),
  maxConcurrency: 0,
});

export const handler = async (event: unknown, context: Context) => {
  const answer = await init(event, context);
  await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
  return { ...answer, run: { ...answer.run, ...SHARED } };
};
