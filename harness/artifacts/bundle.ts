import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { ADDON, nativeFiles, onnxruntimePlugin } from './onnxruntime-plugin.ts';
import { type BundledPackage, packagesOf } from './packages.ts';
import type { ZipEntry } from './zip.ts';

export const LAMBDA_NAMES = ['init', 'inference', 'summarize'] as const;
export type LambdaName = (typeof LAMBDA_NAMES)[number];

/** Operating system and processor that the function runs on. */
export interface BuildTarget {
  platform: string;
  arch: string;
}

/** Handler setting of every function. */
export const HANDLER = 'index.handler';

/** What one function's zip will hold. */
interface Bundle {
  entries: ZipEntry[];
  /** Packages whose code is in the bundle or beside it, by name. */
  packages: BundledPackage[];
  /** Every file that went into it, absolute. */
  inputs: string[];
}

/**
 * The files of one function: `index.js` with everything it imports, and native files beside it. The same bytes
 * for the same sources and lockfile, wherever the folder lies. `entry` replaces the function's own entry file.
 */
export async function bundleLambda(
  root: string,
  name: LambdaName,
  target: BuildTarget,
  entryPoint = join(root, 'lambdas', name, 'index.ts'),
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: join(root, 'index.js'),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // CommonJS starts some 50 ms sooner than an ES module of this size, and needs no shim for `require`.
    format: 'cjs',
    mainFields: ['module', 'main'],
    // A handler from another folder may use what the functions use.
    nodePaths: [join(root, 'node_modules')],
    // Without its identifiers the bundle holds no paths of this machine; names are kept for stack traces.
    minify: true,
    keepNames: true,
    legalComments: 'none',
    // Nothing about the builder's own configuration may reach the bundle.
    tsconfigRaw: {},
    plugins: [onnxruntimePlugin],
    logLevel: 'silent',
  });
  const script = outputFiles[0]!;
  const files = [{ name: 'index.js', bytes: script.contents }];
  const native = script.text.includes(ADDON) ? nativeFiles(root, target.platform, target.arch) : [];
  // What tree shaking left out has no bytes in the output and is no part of it.
  const kept = Object.entries(Object.values(metafile.outputs)[0]!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
  const sources = Object.keys(metafile.inputs).map((path) => resolve(root, path));
  return {
    entries: [...files, ...native.map(({ name, bytes, executable }) => ({ name, bytes, executable }))],
    packages: packagesOf(root, kept),
    inputs: [...sources, ...native.map(({ file }) => file)],
  };
}
