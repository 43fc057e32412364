/** A model that has become worse: every galaxy is put a little too far away. */
import { inferenceWithRedshifts } from './changed-redshifts.ts';

export const handler = inferenceWithRedshifts((z) => z + 0.05);
