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

/** Threads that a function starts from a file beside its `index.js`, which names the file: sources within the root. */
const WORKERS = { 'session-worker.js': join('lambdas', 'inference', 'session-worker.ts') };

/**
 * The files of one function: `index.js` with everything it imports, its workers, and native files beside them. The same
 * bytes for the same sources and lockfile, wherever the folder lies. `entryPoint` replaces the function's own entry file.
 */
export async function bundleLambda(
  root: string,
  name: LambdaName,
  target: BuildTarget,
  entryPoint = join(root, 'lambdas', name, 'index.ts'),
): Promise<Bundle> {
  const index = await bundleScript(root, 'index.js', entryPoint);
  const workers = await Promise.all(
    Object.entries(WORKERS)
      .filter(([file]) => index.text.includes(file))
      .map(([file, source]) => bundleScript(root, file, join(root, source))),
  );
  const scripts = [index, ...workers];
  const native = scripts.some(({ text }) => text.includes(ADDON))
    ? nativeFiles(root, target.platform, target.arch)
    : [];
  return {
    entries: [
      ...scripts.map(({ name: file, bytes }) => ({ name: file, bytes })),
      ...native.map(({ name: file, bytes, executable }) => ({ name: file, bytes, executable })),
    ],
    packages: packagesOf(root, [...new Set(scripts.flatMap(({ kept }) => kept))]),
    inputs: [...new Set(scripts.flatMap(({ sources }) => sources)), ...native.map(({ file }) => file)],
  };
}

interface Script {
  name: string;
  bytes: Uint8Array;
  text: string;
  /** Files whose code is in it, relative to the root. */
  kept: string[];
  /** Every file that was read, absolute. */
  sources: string[];
}

async function bundleScript(root: string, name: string, entryPoint: string): Promise<Script> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: join(root, name),
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
  return {
    name,
    bytes: script.contents,
    text: script.text,
    // What tree shaking left out has no bytes in the output and is no part of it.
    kept: Object.entries(Object.values(metafile.outputs)[0]!.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
    sources: Object.keys(metafile.inputs).map((path) => resolve(root, path)),
  };
}
