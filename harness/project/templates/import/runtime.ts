import { PROJECT_RUNTIMES } from '../../runtimes.ts';

/**
 * The runtime that a function of a template is run with: its own, the oldest of its language that Lambda still offers
 * for one that it no longer does; undefined for other languages.
 */
export function servedRuntime(runtime: string): string | undefined {
  if ((PROJECT_RUNTIMES as readonly string[]).includes(runtime)) return runtime;
  if (/^nodejs\d*(?:\.x)?$/.test(runtime)) return 'nodejs20.x';
  if (/^python(?:2\.7|3\.[6-8])$/.test(runtime)) return 'python3.9';
  return undefined;
}
