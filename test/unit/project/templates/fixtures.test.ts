import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProject } from '../../../../harness/project/load-project.ts';
import { importTemplate } from '../../../../harness/project/templates/import/import-template.ts';
import { unservedStates } from '../../../../harness/project/unserved-states.ts';
import { templateFixtures } from '../../../fixtures/templates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cosmicai-templates-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('templates of every kind', () => {
  it('there are at least twenty', () => {
    expect(templateFixtures.length).toBeGreaterThanOrEqual(20);
  });

  it.each(templateFixtures)(
    'imports $name',
    ({ name, file, fields, stubs, notes = [], files = {}, outputs }) => {
      const imported = importTemplate(file, { projectFolder: dirname(file), name });
      expect(imported.fields).toMatchObject(fields);
      if (stubs) expect(imported.stubs.map(({ logicalId }) => logicalId).sort()).toEqual([...stubs].sort());
      for (const text of notes) expect(imported.notes.join('\n')).toContain(text);
      for (const [path, text] of Object.entries(files)) expect(imported.files.get(path)).toContain(text);
      if (outputs) expect(imported.outputs).toEqual(outputs);
    },
  );

  it.each(templateFixtures)('reads $name as a project', ({ name, file, unserved = [] }) => {
    cpSync(dirname(file), folder, { recursive: true });
    writeFileSync(
      join(folder, 'cosmicai.yaml'),
      `apiVersion: cosmicai/v1\nkind: Project\nname: ${name}\nproject: { from: ${basename(file)} }\n`,
    );
    const project = loadProject(folder);
    expect(project.template!.file).toBe(join(folder, basename(file)));
    expect(unservedStates(project).map(({ state }) => state)).toEqual(unserved);
  });
});
