#!/usr/bin/env node
// The `cosmicai` command. In a checkout it rebuilds dist/ when a source is newer than the last build. The published
// package carries no build script, so an installed command never builds.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const entry = join(root, 'dist', 'main.js');
const stamp = join(root, 'dist', '.built');
const isCheckout = existsSync(join(root, 'harness', 'cli', 'build.mjs'));

/** Time of the newest source the command line is built from, or 0 when there are none. */
function newestSourceMs() {
  let newest = statSync(join(root, 'package.json')).mtimeMs;
  // readdir's own recursion takes several times as long, and every start waits for this.
  const folders = ['harness', 'lambdas/shared'].map((folder) => `${root}/${folder}`).filter(existsSync);
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) folders.push(`${folder}/${entry.name}`);
      else if (/\.(?:ts|json|mjs)$/.test(entry.name)) {
        const changedMs = statSync(`${folder}/${entry.name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
        if (changedMs > newest) newest = changedMs;
      }
    }
  }
  return newest;
}

/** Time of the last build, or 0 when there is none. */
const builtAtMs = () => (existsSync(entry) && existsSync(stamp) ? Number(readFileSync(stamp, 'utf8')) : 0);

const startedAtMs = Date.now();
if (isCheckout && newestSourceMs() > builtAtMs()) {
  try {
    const { buildCli } = await import('./build.mjs');
    await buildCli(startedAtMs);
  } catch (error) {
    process.stderr.write(`cosmicai could not be built: ${error.message}\n  Run "npm ci" and try again.\n`);
    process.exit(3);
  }
}
// Source maps cost time with every module that is loaded, so only a run that may print stacks reads them.
if (process.argv.includes('--debug') || process.argv.includes('--verbose'))
  process.setSourceMapsEnabled?.(true);
// Node 22 and later keep the compiled code beside the sources.
module.enableCompileCache?.(join(root, 'dist', '.compile-cache'));
const { main } = await import(pathToFileURL(entry).href);
await main(process.argv);
