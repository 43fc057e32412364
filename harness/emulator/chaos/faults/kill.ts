import { z } from 'zod';
import { defineFault, type InvokeStrike, strikeAfter } from './fault.ts';
import { duration } from './quantities.ts';

const schema = z.union([z.literal(true), z.strictObject({ after: duration })]);

/** The function's process dies by SIGKILL: at once when it has been given its event, or some time later. */
export const kill = defineFault<typeof schema, InvokeStrike>({
  stage: 'invoke',
  schema,
  strike: (value) => ({
    stage: 'invoke',
    at: (sandbox, clock) => strikeAfter(value === true ? 0 : value.after, clock, () => sandbox.stop()),
  }),
});
