/** A date as AWS JSON has it: seconds since the epoch, with milliseconds behind the point. */
export const seconds = (atMs: number): number => Math.round(atMs) / 1_000;
