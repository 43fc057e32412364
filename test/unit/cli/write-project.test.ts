import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { templateNames } from '../../../harness/cli/project-templates.ts';
import { writeProject } from '../../../harness/cli/write-project.ts';
import { loadProject } from '../../../harness/project/load-project.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cosmicai-init-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const read = (...path: string[]) => readFileSync(join(parent, ...path), 'utf8');

describe('init --template', () => {
  it.each(templateNames)('%s writes a valid project with scenario, test, workflow and .gitignore', (name) => {
    const { files } = writeProject(join(parent, 'My Pipeline'), name, { force: false });
    expect(loadProject(join(parent, 'My Pipeline')).name).toBe('my-pipeline');
    expect(read('My Pipeline', '.gitignore')).toContain('.cosmicai/');
    expect(read('My Pipeline', '.github/workflows/pipeline.yml')).toContain('npx cosmicai run');
    expect(files).toBeGreaterThan(8);
  });

  it("names this package's version and the versions that it is tested with", () => {
    writeProject(parent, 'cosmicai', { force: false });
    const { version, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const manifest = JSON.parse(read('package.json'));
    expect(manifest.devDependencies).toMatchObject({
      'cosmicai-harness': `^${version}`,
      'onnxruntime-node': `^${devDependencies['onnxruntime-node']}`,
    });
  });

  it("sets the machine's Python runtime, if Lambda has it", () => {
    writeProject(join(parent, 'a'), 'map-csv-python', { force: false, python: 'python3.13' });
    expect(read('a', 'cosmicai.yaml')).toContain('runtime: python3.13');
    writeProject(join(parent, 'b'), 'map-csv-python', { force: false, python: 'python3.99' });
    expect(read('b', 'cosmicai.yaml')).toContain('runtime: python3.11');
  });

  it('refers editors to the schemas of the installed package', () => {
    writeProject(parent, 'cosmicai', { force: false });
    expect(read('cosmicai.yaml')).toContain(
      '=./node_modules/cosmicai-harness/scenarios/project.schema.json\n',
    );
    expect(read('scenarios/tiny.yaml')).toContain(
      '=../node_modules/cosmicai-harness/scenarios/scenario.schema.json\n',
    );
  });

  it('names every file that it would replace and writes nothing', () => {
    writeFileSync(join(parent, 'cosmicai.yaml'), 'mine');
    writeFileSync(join(parent, 'pipeline.asl.json'), 'mine');
    expect(() => writeProject(parent, 'map-csv-python', { force: false })).toThrow(
      /already has cosmicai.yaml, pipeline.asl.json/,
    );
    expect(() => read('.gitignore')).toThrow();
    writeProject(parent, 'map-csv-python', { force: true });
    expect(read('cosmicai.yaml')).toContain('kind: Project');
  });

  it("keeps a user's package.json and .gitignore", () => {
    writeFileSync(join(parent, 'package.json'), '{"name":"mine"}');
    writeFileSync(join(parent, '.gitignore'), 'mine\n');
    const { kept } = writeProject(parent, 'approval', { force: true });
    expect(kept.sort()).toEqual(['.gitignore', 'package.json']);
    expect(read('package.json')).toBe('{"name":"mine"}');
  });
});
