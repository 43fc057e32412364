/** Stages of one run, in order. */
export const stages = [
  'dataset',
  'start',
  'deploy',
  'upload',
  'execute',
  'collect',
  'judge',
  'clean',
] as const;
export type Stage = (typeof stages)[number];
