#!/usr/bin/env node
// The `cosmicai` command. In a checkout it rebuilds dist/ when a source is newer than the last build. The published
// package carries no build script, so an installed command never builds.
import fs from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);
/** Compiled code, written by Node 22 and later, and by `requireCompiled` below. */
const cacheFolder = join(dist, '.compile-cache');

// A local AWS is waited for by whatever uses it: it has a bundle of its own.
const isUp = process.argv.slice(2).find((argument) => !argument.startsWith('-')) === 'up';
const builtAtMs = Date.now();
if (fs.existsSync(join(root, 'harness', 'cli', 'build.mjs')) && isStale(isUp ? 'up' : 'main')) {
  try {
    const { buildCli } = await import('./build.mjs');
    await buildCli(builtAtMs);
  } catch (error) {
    process.stderr.write(`cosmicai could not be built: ${error.message}\n  Run "npm ci" and try again.\n`);
    process.exit(3);
  }
}
// Source maps cost time with every module that is loaded, so only a run that may print stacks reads them.
if (process.argv.includes('--debug') || process.argv.includes('--verbose'))
  process.setSourceMapsEnabled?.(true);
module.enableCompileCache?.(cacheFolder);
if (isUp) await runUp(join(dist, 'up.cjs'));
else {
  const { main } = await import(pathToFileURL(join(dist, 'main.js')).href);
  await main(process.argv);
}

/** Whether an input of a bundle has changed since the bundle was built, or there is no bundle. */
function isStale(entry) {
  let inputs;
  try {
    inputs = fs.readFileSync(join(dist, `.${entry}-inputs`), 'utf8').split('\n');
  } catch {
    return true;
  }
  const [builtAt, ...files] = inputs;
  const isNewer = (file) =>
    !(fs.statSync(`${root}/${file}`, { throwIfNoEntry: false })?.mtimeMs <= Number(builtAt));
  return ['package.json', 'harness/cli/build.mjs', ...files].some(isNewer);
}

/**
 * Runs the bundle of `up` with the code that V8 compiled for it at an earlier start: what the compile cache of Node 22
 * does, for Node 20. The cache begins with a checksum of its code and one of the bundle, and V8 itself refuses code of
 * another version or with other flags; whatever does not fit, or cannot be read or written, is compiled anew.
 */
async function runUp(file) {
  if (module.enableCompileCache) return require(file).main(process.argv);
  const vm = require('node:vm');
  const { crc32 } = require('node:zlib');
  const source = fs.readFileSync(file);
  const cacheFile = join(cacheFolder, `up-${process.version}-${process.arch}.bin`);
  const sourceSum = crc32(source);
  const cachedData = readCompiled(cacheFile, sourceSum, crc32);
  // The bundle is ASCII.
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname) {\n${source.latin1Slice()}\n})`,
    { filename: file, lineOffset: -1, cachedData },
  );
  const loaded = { exports: {} };
  script.runInThisContext()(loaded.exports, createRequire(file), loaded, file, dist);
  const isKept = cachedData !== undefined && !script.cachedDataRejected;
  // Written before the other services are opened: code that the first answer does not need would make it slower.
  return loaded.exports.main(process.argv, () => {
    if (!isKept) writeCompiled(cacheFile, script.createCachedData(), sourceSum, crc32);
  });
}

function readCompiled(cacheFile, sourceSum, crc32) {
  try {
    const bytes = fs.readFileSync(cacheFile);
    const code = bytes.subarray(8);
    return bytes.readUInt32LE(4) === sourceSum && bytes.readUInt32LE(0) === crc32(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function writeCompiled(cacheFile, code, sourceSum, crc32) {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(crc32(code), 0);
  header.writeUInt32LE(sourceSum, 4);
  const temporary = `${cacheFile}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(cacheFolder, { recursive: true });
    fs.writeFileSync(temporary, Buffer.concat([header, code]));
    fs.renameSync(temporary, cacheFile);
  } catch {
    // A folder that may not be written to: the next start compiles again.
  }
}
