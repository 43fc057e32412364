import { z } from 'zod';
import { defineFault, type InvokeStrike, strikeAfter } from './fault.ts';
import { duration } from './quantities.ts';

const schema = z.union([z.literal(true), z.strictObject({ after: duration })]);

/** The function is ended as the platform ends one that has used up its memory. */
export const oom = defineFault<typeof schema, InvokeStrike>({
  stage: 'invoke',
  schema,
  strike: (value) => ({
    stage: 'invoke',
    at: (sandbox, clock) =>
      strikeAfter(value === true ? 0 : value.after, clock, () => sandbox.stopOutOfMemory()),
  }),
});
