import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { loadScenario, runScenario, startEmulator } from '../../../harness/index.ts';
import { resultsOf } from '../../../harness/packs/redshift/evidence/results.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

it('runs a scenario from a program and tells its verdicts', async () => {
  const scenario = await loadScenario('scenarios/tiny.yaml');
  const { passed, outcomes, errors } = await runScenario(scenario, { workspace: folder });
  expect(errors).toEqual([]);
  expect(outcomes[0]!.verdicts.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(resultsOf(outcomes[0]!.record)).toHaveLength(3);
  expect(passed).toBe(true);
});

it('starts the local AWS', async () => {
  const emulator = await startEmulator({ port: 0, stateDir: join(folder, 'state') });
  try {
    expect((await fetch(emulator.endpoint)).status).toBeGreaterThan(0);
  } finally {
    await emulator.stop();
  }
});

it('loads nothing but itself until a function is called', async () => {
  const { metafile } = await build({
    entryPoints: ['harness/index.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: join(folder, 'bundle'),
    write: false,
    metafile: true,
  });
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === 'harness/index.ts')!;
  const loaded = entry.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  const sources = loaded.flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? { [path]: {} }));
  expect(sources).toEqual([]);
});
