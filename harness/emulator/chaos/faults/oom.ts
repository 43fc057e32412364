import { z } from 'zod';
import { defineFault, type InvokeStrike, strikeAfter } from './fault.ts';
import { duration } from './quantities.ts';

const schema = z.union([
  z.literal(true),
  z.strictObject({ after: duration.describe('so long after it was given its event, in ms, s or min') }),
]);

/** The function is ended as the platform ends one that has used up its memory. */
export const oom = defineFault<typeof schema, InvokeStrike>({
  stage: 'invoke',
  schema,
  description: 'the function ends as one that has used up its memory: `true` at once, or `{after: 500 ms}`',
  strike: (value) => ({
    stage: 'invoke',
    at: (sandbox, clock) =>
      strikeAfter(value === true ? 0 : value.after, clock, () => sandbox.stopOutOfMemory()),
  }),
});
