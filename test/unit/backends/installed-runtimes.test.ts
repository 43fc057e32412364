import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { requireRuntimes } from '../../../harness/backends/installed-runtimes.ts';
import { Interpreters } from '../../../harness/emulator/services/lambda/runtime/interpreters.ts';
import { loadProject } from '../../../harness/project/load-project.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runtimes-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'f'));
  writeFileSync(join(folder, 'f/app.py'), 'def handler(event, context):\n    return 1\n');
  const runtimes = ['python3.9', 'python3.12', 'python3.14'];
  const lines = runtimes.map(
    (runtime, i) => `  F${i}: { runtime: ${runtime}, handler: app.handler, code: f }\n`,
  );
  writeFileSync(
    join(folder, 'cosmicai.yaml'),
    `apiVersion: cosmicai/v1\nkind: Project\nname: sample\nfunctions:\n${lines.join('')}`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A Python that says it is of this version. */
function install(name: string, version: string): void {
  const file = join(folder, 'bin', name);
  writeFileSync(
    file,
    `#!/bin/sh\ncase "$2" in *executable*) echo "${file}" ;; *) echo python${version} ;; esac\n`,
  );
  chmodSync(file, 0o755);
}

it('names every function whose Python is not installed, and the versions that are', async () => {
  install('python3.12', '3.12');
  install('python3', '3.12');
  const check = requireRuntimes(loadProject(folder), new Interpreters(join(folder, 'bin')));
  const { diagnostics } = (await check.catch((error) => error)) as {
    diagnostics: { line: number; message: string; hint: string }[];
  };
  expect(diagnostics.map(({ line, message, hint }) => `${line}: ${message} | ${hint}`)).toEqual([
    '5: the runtime python3.9 of the function F0 is not installed: there is no python3.9 on the PATH | install it, or run on a backend with containers; installed are python3.12',
    '7: the runtime python3.14 of the function F2 is not installed: there is no python3.14 on the PATH | install it, or run on a backend with containers; installed are python3.12',
  ]);
});

it('is content when all are there', async () => {
  for (const version of ['3.9', '3.12', '3.14']) install(`python${version}`, version);
  await requireRuntimes(loadProject(folder), new Interpreters(join(folder, 'bin')));
});
