#!/usr/bin/env node
// The command as npm installs it: builds dist/ when a source is newer than the last build, then runs it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const entry = join(root, 'dist', 'main.js');
const stamp = join(root, 'dist', '.built');

/** Time of the newest source the command line is built from, or 0 when there are none. */
function newestSourceMs() {
  let newest = statSync(join(root, 'package.json')).mtimeMs;
  for (const folder of ['harness', 'lambdas/shared']) {
    if (!existsSync(join(root, folder))) continue;
    for (const file of readdirSync(join(root, folder), { recursive: true })) {
      if (!/\.(ts|json|mjs)$/.test(file)) continue;
      newest = Math.max(newest, statSync(join(root, folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
    }
  }
  return newest;
}

const startedAtMs = Date.now();
const builtAtMs = existsSync(entry) && existsSync(stamp) ? Number(readFileSync(stamp, 'utf8')) : 0;
if (newestSourceMs() > builtAtMs) {
  try {
    const { buildCli } = await import('./build.mjs');
    await buildCli(startedAtMs);
  } catch (error) {
    process.stderr.write(`cosmicai could not be built: ${error.message}\n  Run "npm ci" and try again.\n`);
    process.exit(3);
  }
}
process.setSourceMapsEnabled?.(true);
const { main } = await import(pathToFileURL(entry).href);
await main(process.argv);
