/** Scores of 100 %, held by a seeded choice of the defects that apply; docs/mutation.md has those of all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { embedded } from '../../../harness/backends/embedded.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { mutate } from '../../../harness/mutation/mutate.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { rememberArtifacts } from '../../../harness/scenario/artifact-memory.ts';
import { loadScenario } from '../../../harness/scenario/load.ts';
import { openWorkspace } from '../../../harness/scenario/workspace.ts';

registerPacks();

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-scores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

it.each([
  ['scenarios/tiny.yaml', 14],
  ['test/projects/approval/scenarios/small.yaml', 10],
  ['test/projects/s3-notification/scenarios/upload.yaml', 10],
])(
  '%s misses no defect',
  async (file, count) => {
    const random = seededRandom(file);
    const { mutants } = await mutate(loadScenario(file), {
      backend: embedded,
      context: {
        backend: embedded,
        workspace: openWorkspace(folder),
        artifacts: rememberArtifacts(),
        clock: wallClock(),
        random: seededRandom(1),
        signal: new AbortController().signal,
        keep: false,
        onProgress() {},
      },
      choose(all) {
        const left = [...all];
        return Array.from({ length: Math.min(count, left.length) }, () =>
          left.splice(Math.floor(random.next() * left.length), 1),
        ).flat();
      },
      onMutant() {},
    });
    const missed = mutants.filter(({ outcome }) => outcome === 'missed');
    expect(missed.map(({ mutant }) => `${mutant.defect}: ${mutant.description}`)).toEqual([]);
    expect(mutants.filter(({ outcome }) => outcome === 'caught').length).toBeGreaterThan(count / 2);
  },
  900_000,
);
