/** Stages of one run, in this order. */
export type Stage =
  | 'dataset'
  | 'start'
  | 'deploy'
  | 'upload'
  | 'reference'
  | 'execute'
  | 'collect'
  | 'judge'
  | 'clean';
