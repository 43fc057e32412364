import type { Allowance } from '../../../../core/jsonata/bounds.ts';

/**
 * JSONata that one step evaluates in the event loop: 10,000 nodes take some 10 ms. Steps of usual machines stay far
 * below it (a template of fifty expressions visits some 500 nodes).
 */
export const STEP_ALLOWANCE: Readonly<Allowance> = { steps: 10_000, values: 100_000 };
