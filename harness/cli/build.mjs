// Bundles the command line to dist/: ESM with code splitting, so that `up` starts without loading what only
// `run` needs. Packages stay external but for those of many small files that every start needs: reading a
// hundred files costs more than all of their code. Files are put in place by rename, so a process that is starting while
// another builds reads a whole file, old or new.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'dist');
/** Chunks of older builds that a running process may still load lazily are kept this long. */
const KEEP_STALE_MS = 60 * 60 * 1000;

/** CommonJS among them asks for modules of Node's with REQUIRE. */
const INLINED = ['zod', 'fast-xml-parser', 'commander'];
const REQUIRE = `import { createRequire as cosmicaiRequire } from 'node:module';
const require = cosmicaiRequire(import.meta.url);`;

/** Leaves packages where they are, but for the inlined ones and what those import themselves. */
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
 * Node's own modules by `require`: importing one reads every export it has, lazy ones as well, and those of `node:http`
 * load a whole HTTP client, more than the rest of a start.
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
 * Builds dist/ and stamps it with `builtAtMs`, the time from which newer sources call for another build. `clean`:
 * nothing of older builds stays, for the package that is published.
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
    banner: { js: REQUIRE },
    chunkNames: 'chunks/[name]-[hash]',
    write: false,
    logLevel: 'warning',
  });
  // The entry goes last: whatever it refers to is already there.
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
