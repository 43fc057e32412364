import { join } from 'node:path';
import { build } from 'esbuild';
import { tsconfigOf } from './packaging/tsconfig.ts';

/**
 * Source files that a handler is bundled from, as absolute paths: its own and what it imports by path; packages are
 * left out. A handler that cannot be bundled has only itself.
 */
export async function handlerSources(root: string, entryPoint: string): Promise<string[]> {
  const tsconfig = tsconfigOf(root, entryPoint);
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entryPoint],
      outfile: join(root, 'index.js'),
      write: false,
      metafile: true,
      bundle: true,
      platform: 'node',
      packages: 'external',
      ...tsconfig.options,
      logLevel: 'silent',
    });
    return [...Object.keys(metafile.inputs).map((path) => join(root, path)), ...tsconfig.files];
  } catch {
    return [entryPoint];
  }
}
