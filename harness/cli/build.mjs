// Bundles the command line and the library to dist/: ESM with code splitting, so that `up` starts without loading what
// only `run` needs. Packages stay external, except those that every start needs and that consist of many small files:
// reading a hundred files costs more than all of their code. A rename puts each file in place, so a process that starts
// while another builds reads a whole file, old or new.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'dist');
/** Chunks of older builds that a running process may still load lazily are kept this long. */
const KEEP_STALE_MS = 60 * 60 * 1000;

/** Packages that are bundled. Those in CommonJS load Node's own modules through REQUIRE. */
const INLINED = ['zod', 'fast-xml-parser', 'commander'];
const REQUIRE = `import { createRequire as cosmicaiRequire } from 'node:module';
const require = cosmicaiRequire(import.meta.url);`;

/** Keeps packages external, except the inlined ones and what those import themselves. */
const packages = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point') return undefined;
      const name = path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/');
      if (!path.startsWith('node:') && (INLINED.includes(name) || importer.includes('/node_modules/')))
        return undefined;
      return { path, external: true };
    });
  },
};

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

/**
 * Builds dist/ and stamps it with `builtAtMs`: a source newer than that makes the next start build again. `clean`
 * removes every chunk of older builds, for the package that is published.
 */
export async function buildCli(builtAtMs = Date.now(), clean = false) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'harness/cli/main.ts',
      index: 'harness/index.ts',
      vitest: 'harness/vitest/index.ts',
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    plugins: [builtins, packages],
    sourcemap: true,
    // Stacks need names and lines only; the sources themselves would double the size of the package.
    sourcesContent: false,
    banner: { js: REQUIRE },
    chunkNames: 'chunks/[name]-[hash]',
    write: false,
    logLevel: 'warning',
  });
  // Entries are written last, so the chunks they import are already there.
  const files = result.outputFiles.sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
  for (const file of files) {
    mkdirSync(dirname(file.path), { recursive: true });
    const temporary = `${file.path}.${process.pid}.tmp`;
    writeFileSync(temporary, file.contents);
    renameSync(temporary, file.path);
  }
  removeStale(new Set(files.map((file) => file.path)), clean ? 0 : KEEP_STALE_MS);
  writeFileSync(join(dist, '.built'), String(builtAtMs));
}

const isEntry = (path) => dirname(path) === dist && path.endsWith('.js');

function removeStale(current, keepMs) {
  const chunks = join(dist, 'chunks');
  for (const name of readdirSync(chunks, { withFileTypes: true }).map((entry) => join(chunks, entry.name))) {
    if (!current.has(name) && Date.now() - statSync(name).mtimeMs > keepMs) rmSync(name, { force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await buildCli(Date.now(), process.argv.includes('--clean'));
