import { z } from 'zod';
import { defineFault, type InitStrike } from './fault.ts';

const schema = z.literal(true);

/**
 * The environment dies while it comes up. Lambda tries an init once more within the invocation, and each try
 * counts: `calls: 1` costs time, `calls: 1-2` fails the invocation.
 */
export const initFailure = defineFault<typeof schema, InitStrike>({
  stage: 'init',
  schema,
  description:
    'the environment dies while it comes up: `true`. Lambda tries once more within the invocation, and each try counts as a call',
  strike: () => ({
    stage: 'init',
    at: (sandbox) => {
      sandbox.stop();
      return () => {};
    },
  }),
});
