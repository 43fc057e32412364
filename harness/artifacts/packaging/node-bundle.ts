/**
 * An entry file in TypeScript or JavaScript, bundled by esbuild with everything it imports and a source map. The same
 * bytes for the same sources and lockfile, wherever the folder lies.
 */
import { extname, join, relative, resolve, sep } from 'node:path';
import { type BuildFailure, build, type Plugin } from 'esbuild';
import type { ZipEntry } from '../zip.ts';
import { readPackages } from './installed-package.ts';
import { packagesOf } from './npm-packages.ts';
import { ownSourceMap, type SourceMap } from './own-source-map.ts';
import { type PackageRequest, type Packager, PackagingError } from './package-request.ts';
import { tsconfigOf } from './tsconfig.ts';

export const nodeBundle: Packager = async (request) => {
  const { code, root, entries, target } = request;
  const index = await bundleScript(request, 'index', code.path);
  const more = Object.entries(entries).filter(([file]) => index.text.includes(file));
  const others = await Promise.all(
    more.map(([file, source]) => bundleScript(request, file.slice(0, -extname(file).length), source)),
  );
  const scripts = [index, ...others];
  const imported = new Set(scripts.flatMap(({ imports }) => imports));
  const beside = readPackages(root, request.packages, imported, target);
  return {
    entries: [...scripts.flatMap(({ files }) => files), ...beside.entries],
    packages: packagesOf(root, [...new Set(scripts.flatMap(({ kept }) => kept)), ...beside.files]),
    inputs: [...new Set(scripts.flatMap(({ sources }) => sources)), ...beside.inputs],
  };
};

interface Script {
  files: ZipEntry[];
  text: string;
  /** Packages that it imports from beside the bundle. */
  imports: string[];
  /** Files whose code is in it, relative to the root. */
  kept: string[];
  /** Every file that was read, absolute. */
  sources: string[];
}

/** CommonJS starts some 50 ms sooner than an ES module; only code that needs one becomes one. */
async function bundleScript(request: PackageRequest, name: string, entryPoint: string): Promise<Script> {
  try {
    return await bundleAs('cjs', request, name, entryPoint);
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    if (!errors.some(({ text }) => /top-level await/i.test(text))) throw failure(request, error as Error);
    return bundleAs('esm', request, name, entryPoint).catch((second: Error) => {
      throw failure(request, second);
    });
  }
}

async function bundleAs(
  format: 'cjs' | 'esm',
  request: PackageRequest,
  name: string,
  entryPoint: string,
): Promise<Script> {
  const { root, packages } = request;
  const tsconfig = tsconfigOf(root, entryPoint);
  const file = `${name}.${format === 'esm' ? 'mjs' : 'js'}`;
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: join(root, file),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    mainFields: ['module', 'main'],
    external: packages.flatMap((one) => [one.name, `${one.name}/*`]),
    // A handler from another folder may use what the functions use.
    nodePaths: [join(root, 'node_modules')],
    // Without its identifiers the bundle holds no paths of this machine; names are kept for stack traces.
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    ...tsconfig.options,
    plugins: [sdkOfRuntime],
    logLevel: 'silent',
    ...(format === 'esm'
      ? {
          banner: {
            js: "import { createRequire as __r } from 'node:module';const require=__r(import.meta.url);",
          },
        }
      : {}),
  });
  if (format === 'cjs' && warnings.some(({ id }) => id === 'empty-import-meta'))
    return bundleAs('esm', request, name, entryPoint);
  const script = outputFiles.find(({ path }) => path.endsWith(file))!;
  const map = outputFiles.find(({ path }) => path.endsWith('.map'))!;
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(file))![1];
  const text = `${script.text}//# sourceMappingURL=${file}.map\n`;
  return {
    files: [
      { name: file, bytes: Buffer.from(text) },
      { name: `${file}.map`, bytes: Buffer.from(JSON.stringify(ownMap(JSON.parse(map.text), root))) },
    ],
    text,
    imports: output.imports.filter(({ external }) => external).map(({ path }) => packageName(path)),
    // What tree shaking left out has no bytes in the output and is no part of it.
    kept: Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
    sources: [...Object.keys(metafile.inputs).map((path) => resolve(root, path)), ...tsconfig.files],
  };
}

/** Clients of the AWS SDK that are not installed come from Lambda's runtime, which brings them along. */
const sdkOfRuntime: Plugin = {
  name: 'sdk-of-runtime',
  setup(builder) {
    builder.onResolve({ filter: /^@(?:aws-sdk|smithy)\// }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === sdkOfRuntime) return undefined;
      const { resolveDir, importer, kind } = rest;
      const found = await builder.resolve(path, { resolveDir, importer, kind, pluginData: sdkOfRuntime });
      return found.errors.length === 0 ? found : { path, external: true };
    });
  },
};

const packageName = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');

/** Own sources by their path in the project; code from elsewhere by its name alone, so that no path of this machine gets in. */
function ownMap(map: SourceMap, root: string): SourceMap {
  return ownSourceMap(map, (source) => {
    if (source.includes('node_modules/')) return undefined;
    const path = relative(root, resolve(root, source));
    return path.startsWith('..') ? path.split(sep).at(-1)! : path.replaceAll(sep, '/');
  });
}

function failure({ name }: PackageRequest, error: Error): Error {
  if (error instanceof PackagingError) return error;
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  const place = first?.location
    ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: `
    : '';
  return new PackagingError(
    `the function ${name} does not build: ${place}${first?.text ?? error.message.trim()}`,
    first && /Could not resolve "([^."/][^"]*)"/.test(first.text)
      ? `run npm install ${/Could not resolve "([^"]*)"/.exec(first.text)![1]} in the project, or list it under packages of the function`
      : 'correct the source',
    { cause: error },
  );
}
