import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** esbuild's options for the project's TypeScript configuration. */
interface BuilderTsconfig {
  options: { tsconfig: string } | { tsconfigRaw: Record<string, never> };
  /** The configuration and those of the project that it extends, absolute. */
  files: string[];
}

/**
 * The tsconfig.json that a file of the project is compiled by, such as for path aliases: the nearest one at or above
 * it, within the project. One above the project is the builder's own, and nothing of it may reach the bundle.
 */
export function tsconfigOf(root: string, entryPoint: string): BuilderTsconfig {
  const entry = resolve(root, entryPoint);
  for (let folder = dirname(entry); isWithin(root, folder); folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json');
    if (existsSync(file)) return { options: { tsconfig: file }, files: extendedBy(file) };
    if (folder === resolve(root)) break;
  }
  return { options: { tsconfigRaw: {} }, files: [] };
}

const isWithin = (root: string, folder: string) => !relative(root, folder).startsWith('..');

/** A file, and those that it extends by path. */
function extendedBy(file: string, known: readonly string[] = []): string[] {
  if (known.includes(file) || !existsSync(file)) return [...known];
  const found = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const paths = [...found.matchAll(/"(\.[^"]*)"/g)].map(([, path]) => resolve(dirname(file), path!));
  const named = paths.map((path) => (path.endsWith('.json') ? path : `${path}.json`));
  return named.reduce((all, path) => extendedBy(path, all), [...known, file]);
}
