/** Templates imported, deployed and executed on the embedded emulator, with IAM enforced. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startProject } from '../../../harness/index.ts';
import { templateFixtures } from '../../fixtures/templates.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-templates-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const runnable = templateFixtures.flatMap(({ run, ...rest }) => (run ? [{ ...rest, run }] : []));

describe('projects of templates', () => {
  it('there are several to run', () => {
    expect(runnable.length).toBeGreaterThanOrEqual(6);
  });

  it.each(runnable)('runs $name', { timeout: 120_000 }, async ({ name, file, run }) => {
    const path = join(folder, name);
    cpSync(dirname(file), path, { recursive: true });
    writeFileSync(
      join(path, 'cosmicai.yaml'),
      `apiVersion: cosmicai/v1\nkind: Project\nname: ${name}\nproject: { from: ${basename(file)} }\n`,
    );
    const project = await startProject({ path, iam: 'enforce' });
    try {
      const record = await project.execute({ stateMachine: run.stateMachine, input: run.input });
      const [execution] = record.executions;
      expect(execution).toMatchObject({ status: 'SUCCEEDED' });
      expect(execution!.output).toEqual(run.output);
    } finally {
      await project.stop();
    }
  });
});
