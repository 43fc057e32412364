/**
 * Puts onnxruntime-node into a bundle: its JavaScript is bundled, its native addon and library for one platform
 * lie beside `index.js`. The package itself carries every platform (over 150 MB), and picks its addon by a
 * computed path which a bundle cannot follow.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { ExitCode, HarnessError } from '../core/errors.ts';
import type { ZipEntry } from './zip.ts';

/** Name of the native addon, in the package and in the zip. */
export const ADDON = 'onnxruntime_binding.node';
/** The one line of the package that loads the addon, since 1.16. */
const COMPUTED_REQUIRE =
  /require\(`\.\.\/bin\/napi-v\d+\/\$\{process\.platform\}\/\$\{process\.arch\}\/onnxruntime_binding\.node`\)/;

/** esbuild plugin: the addon is loaded from beside the bundle. */
export const onnxruntimePlugin: Plugin = {
  name: 'onnxruntime-beside-bundle',
  setup(build) {
    build.onLoad({ filter: /onnxruntime-node[\\/]dist[\\/]binding\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!COMPUTED_REQUIRE.test(source)) {
        return { errors: [{ text: `${path} does not load its addon the way this bundler knows` }] };
      }
      return { contents: source.replace(COMPUTED_REQUIRE, `require('./${ADDON}')`), loader: 'js' };
    });
    build.onResolve({ filter: /^\.\/onnxruntime_binding\.node$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** The addon and the library it links, for one platform. The addon finds the library by its RUNPATH, `$ORIGIN`. */
export function nativeFiles(root: string, platform: string, arch: string): (ZipEntry & { file: string })[] {
  const entry = createRequire(join(root, 'package.json')).resolve('onnxruntime-node');
  const bin = join(dirname(entry), '..', 'bin');
  const api = readdirSync(bin).find((name) => name.startsWith('napi-v'));
  const folder = join(bin, api ?? '', platform, arch);
  const present = api === undefined ? [] : listOrNothing(folder);
  if (!present.includes(ADDON)) {
    throw new HarnessError('no-native-module', `onnxruntime-node has no binary for ${platform}-${arch}`, {
      exitCode: ExitCode.environmentFailed,
      remedy: 'run npm ci again, or build for a platform that the package carries (linux-x64, linux-arm64)',
    });
  }
  // Several names of one library are links to the same file: one copy is enough, under the name that is linked.
  const seen = new Set<string>();
  return present
    .sort((a, b) => (a === ADDON ? -1 : b === ADDON ? 1 : a.length - b.length))
    .filter((name) => {
      const real = realpathSync(join(folder, name));
      return !seen.has(real) && seen.add(real);
    })
    .map((name) => ({
      name,
      bytes: readFileSync(join(folder, name)),
      executable: true,
      file: realpathSync(join(folder, name)),
    }));
}

function listOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
