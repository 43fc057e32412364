/** Fault 7 of the original, further on: redshifts that are no numbers are written like any others. */
import { inferenceWithRedshifts } from './changed-redshifts.ts';

export const handler = inferenceWithRedshifts((z, row) => (row === 0 ? Number.NaN : z));
