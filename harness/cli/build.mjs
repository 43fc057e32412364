// Bundles the command line and the library to dist/: ESM with code splitting, so that a command starts without loading
// what only another needs, and `up` once more as one CommonJS file, whose compiled code `bin.mjs` keeps. Packages stay
// external, except those that every start needs and that consist of many small files: reading a hundred files costs more
// than all of their code. A rename puts each file in place, so a process that starts while another builds reads a whole
// file, old or new.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'dist');
/** Chunks of older builds that a running process may still load lazily are kept this long. */
const KEEP_STALE_MS = 60 * 60 * 1000;

/** Packages that are bundled. Those in CommonJS load Node's own modules through REQUIRE. */
const INLINED = ['zod', 'fast-xml-parser', 'commander'];
/** `up` needs no schemas unless it is given faults or folders of functions. */
const INLINED_IN_UP = ['fast-xml-parser', 'commander'];
const REQUIRE = `import { createRequire as cosmicaiRequire } from 'node:module';
const require = cosmicaiRequire(import.meta.url);`;
const MODULE_URL = `const cosmicaiUrl = require('node:url').pathToFileURL(__filename).href;`;

/** Keeps packages external, except the inlined ones and what those import themselves. */
const packages = (inlined) => ({
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
      if (!path.startsWith('node:') && (inlined.includes(name) || importer.includes('/node_modules/')))
        return undefined;
      return { path, external: true };
    });
  },
});

/**
 * Loads `node:http` by `require`. An import evaluates every export, lazy ones included, and those of `node:http` load a
 * whole HTTP client: more than the rest of a start.
 */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:http$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : { path, external: true },
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }));
  },
};

/** Commander starts programs only for commands that are programs of their own; this command line has none. */
const withoutPrograms = {
  name: 'without-programs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/') ? { path: 'none', namespace: 'no-programs' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'no-programs' }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** AWS's models are read from their files when their service is loaded: JSON is parsed faster than JavaScript. */
const models = {
  name: 'models',
  setup({ onLoad }) {
    onLoad({ filter: /\/harness\/emulator\/models\/[^/]+\.json$/ }, ({ path }) => ({
      contents: `import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from ${JSON.stringify(join(root, 'harness/core/package-root.ts'))};
export default JSON.parse(readFileSync(join(packageRoot(), ${JSON.stringify(relative(root, path))}), 'utf8'));`,
      resolveDir: dirname(path),
    }));
  },
};

const SHARED = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  sourcemap: true,
  // Stacks need names and lines only; the sources themselves would double the size of the package.
  sourcesContent: false,
  // Names stay: they are what a stack tells.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
};

/**
 * Builds dist/ and stamps it with `builtAtMs`: an input newer than that makes the next start build again. `clean`
 * removes every chunk of older builds, for the package that is published.
 */
export async function buildCli(builtAtMs = Date.now(), clean = false) {
  const [modules, up] = await Promise.all([
    build({
      ...SHARED,
      entryPoints: {
        main: 'harness/cli/main.ts',
        index: 'harness/index.ts',
        vitest: 'harness/vitest/index.ts',
        'field-worker': 'harness/emulator/services/stepfunctions/driver/field-worker.ts',
      },
      splitting: true,
      format: 'esm',
      plugins: [withoutPrograms, builtins, models, packages(INLINED)],
      banner: { js: REQUIRE },
      chunkNames: 'chunks/[name]-[hash]',
    }),
    build({
      ...SHARED,
      entryPoints: { up: 'harness/cli/main-up.ts' },
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      charset: 'ascii',
      plugins: [withoutPrograms, models, packages(INLINED_IN_UP)],
      banner: { js: MODULE_URL },
      define: { 'import.meta.url': 'cosmicaiUrl' },
      // V8 cannot tell where an import() in kept code comes from: packages are loaded by require.
      supported: { 'dynamic-import': false },
    }),
  ]);
  // Entries are written last, so the chunks they import are already there.
  const files = [...modules.outputFiles, ...up.outputFiles].sort(
    (a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)),
  );
  for (const { path, contents } of files) replaceFile(path, contents);
  removeStale(new Set(files.map((file) => file.path)), clean ? 0 : KEEP_STALE_MS);
  writeInputs('main', modules.metafile, builtAtMs);
  writeInputs('up', up.metafile, builtAtMs);
}

/** Puts a file in place as a whole. */
function replaceFile(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** The time of a build and the files it was made of, one a line: what `bin.mjs` compares. */
function writeInputs(entry, { inputs }, builtAtMs) {
  const files = Object.keys(inputs).filter((path) => /^(?:harness|lambdas)\//.test(path));
  replaceFile(join(dist, `.${entry}-inputs`), [builtAtMs, ...files].join('\n'));
}

const isEntry = (path) => dirname(path) === dist && /\.c?js$/.test(path);

function removeStale(current, keepMs) {
  const chunks = join(dist, 'chunks');
  for (const name of readdirSync(chunks, { withFileTypes: true }).map((entry) => join(chunks, entry.name))) {
    if (!current.has(name) && Date.now() - statSync(name).mtimeMs > keepMs) rmSync(name, { force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildCli(Date.now(), process.argv.includes('--clean'));
