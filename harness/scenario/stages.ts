/** Stages of one run, in this order. */
export type Stage = 'dataset' | 'start' | 'deploy' | 'upload' | 'execute' | 'collect' | 'judge' | 'clean';
