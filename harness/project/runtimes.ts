/** Runtimes that a project may name: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html (2026-11). */
export const PROJECT_RUNTIMES = [
  'nodejs20.x',
  'nodejs22.x',
  'nodejs24.x',
  'python3.9',
  'python3.10',
  'python3.11',
  'python3.12',
  'python3.13',
  'python3.14',
  'provided.al2',
  'provided.al2023',
] as const;

export type RuntimeFamily = 'node' | 'python' | 'custom';

/** The family of one of `PROJECT_RUNTIMES`. */
export function runtimeFamily(runtime: string): RuntimeFamily {
  if (runtime.startsWith('nodejs')) return 'node';
  return runtime.startsWith('python') ? 'python' : 'custom';
}
