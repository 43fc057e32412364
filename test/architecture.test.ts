import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Which folders a folder may import from; everyone may import `harness/core` and itself. */
const ALLOWED: Record<string, string[]> = {
  'harness/core': [],
  // Documents that people write (YAML): positions, mistakes, schemas, reference pages.
  'harness/document': [],
  'harness/project': ['harness/document', 'harness/asl'],
  'harness/record': [],
  'harness/asl': [],
  'harness/emulator': ['harness/asl'],
  // Packs add to every layer; only the composition roots import them.
  'harness/packs': ['*'],
  'harness/artifacts': ['harness/document', 'harness/project'],
  'harness/deploy': ['harness/artifacts', 'harness/project'],
  'harness/backends': [
    'harness/document',
    'harness/project',
    'harness/emulator',
    'harness/record',
    'harness/deploy',
    'harness/artifacts',
  ],
  // JSONata of expectations is the interpreter's.
  'harness/assertions': ['harness/record', 'harness/metrics'],
  'harness/metrics': ['harness/record'],
  'harness/scenario': [
    'harness/document',
    'harness/project',
    'harness/backends',
    'harness/assertions',
    'harness/metrics',
    'harness/record',
    'harness/deploy',
    'harness/artifacts',
  ],
  // Modelled runs on the interpreter, from records of real ones.
  'harness/simulate': ['harness/asl', 'harness/record', 'harness/metrics'],
  // Runs scenarios with defects injected at the backend's boundaries.
  'harness/mutation': [
    'harness/backends',
    'harness/deploy',
    'harness/scenario',
    'harness/record',
    'harness/assertions',
  ],
  'harness/reports': ['harness/record', 'harness/scenario', 'harness/metrics', 'harness/assertions'],
  // Proves artifacts by what their runs said (verdicts, metrics), and deploys them; it never runs anything itself.
  'harness/promotion': [
    'harness/document',
    'harness/project',
    'harness/artifacts',
    'harness/deploy',
    'harness/record',
    'harness/metrics',
    'harness/scenario',
  ],
  'harness/cli': ['*'],
  // The library's entry, a composition root like cli.
  'harness/index.ts': ['*'],
  // The same for vitest.
  'harness/vitest': ['*'],
  // Projects for programs and tests, shared by the two entries of the library.
  'harness/library': ['*'],
  'lambdas/init': ['lambdas/shared'],
  'lambdas/inference': ['lambdas/shared'],
  'lambdas/summarize': ['lambdas/shared'],
  'lambdas/shared': [],
};

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        entry.name.endsWith('.ts') &&
        !entry.parentPath.includes('node_modules') &&
        !entry.parentPath.includes('/cli/templates'),
    )
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const layerOf = (file: string) => file.split('/').slice(0, 2).join('/');

function relativeImports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map((match) => relative(root, resolve(root, dirname(file), match[1]!)));
}

const files = [...sourceFiles('harness'), ...sourceFiles('lambdas')];

describe('architecture', () => {
  it('sees the source files', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap(relativeImports).length).toBeGreaterThan(10);
  });

  it('every folder is in the table of layers', () => {
    const unknown = new Set(files.map(layerOf).filter((layer) => !(layer in ALLOWED)));
    expect([...unknown]).toEqual([]);
  });

  it('imports follow the table', () => {
    const wrong = files.flatMap((file) => {
      const from = layerOf(file);
      const allowed = ALLOWED[from] ?? [];
      return relativeImports(file)
        .filter((target) => {
          const to = layerOf(target);
          if (to === from || allowed.includes('*')) return false;
          return !(from.startsWith('harness/') && to === 'harness/core') && !allowed.includes(to);
        })
        .map((target) => `${file} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('only the composition roots import packs', () => {
    const roots = ['harness/packs', 'harness/cli', 'harness/vitest', 'harness/index.ts'];
    const wrong = files
      .filter((file) => !roots.includes(layerOf(file)))
      .filter((file) => relativeImports(file).some((target) => layerOf(target) === 'harness/packs'));
    expect(wrong).toEqual([]);
  });

  it('words of a domain stand in packs alone', () => {
    const words =
      /galax|redshift|astromae|sigmaNMAD|partitionMB|\bsdss\b|onnx|team4|cosmical\b|cosmicai-(?:data|init|inference|summarize)|Anomaly Detection|lambdas\/(?:init|inference|summarize)|\b(?:data_bucket|data_prefix|result_path|file_limit|S3_object_name|dataBucket|workBucket|dataPrefix|modelFolder)\b/i;
    const outside = readdirSync(join(root, 'harness'), { recursive: true, encoding: 'utf8' })
      .map((name) => `harness/${name}`)
      .filter((file) => /\.(?:ts|mjs|json|md)$/.test(file) && !file.startsWith('harness/packs/'))
      // Tables of AWS's services name Amazon Redshift.
      .filter((file) => !/sdk-actions\.ts$|emulator\/models\/|service-linked-roles\.json$/.test(file))
      // The template copies the project of this repository.
      .filter((file) => !/^harness\/cli\/(?:templates\/cosmicai\/|project-templates\.ts$)/.test(file));
    // Imports name the folder of a pack; nothing else may.
    const wrong = outside.flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, index) =>
          words.test(line.replace(/packs\/redshift\//g, '')) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('time and randomness enter through core', () => {
    const forbidden =
      /\bDate\.now\b|\bnew Date\(\)|\bset(?:Timeout|Interval|Immediate)\(|\bMath\.random\b|\brandomUUID\b|\bperformance\.now\b|timers\/promises/;
    const wrong = files
      .filter((file) => file.startsWith('harness/') && !file.startsWith('harness/core/'))
      .flatMap((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, index) =>
            forbidden.test(line) && !line.trim().startsWith('*')
              ? [`${file}:${index + 1}: ${line.trim()}`]
              : [],
          ),
      );
    expect(wrong).toEqual([]);
  });

  it('files stay readable: at most 400 lines', () => {
    const long = files
      .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
      // Tables that a program writes are data.
      .filter(({ text }) => !text.startsWith('/** Generated by '))
      .map(({ file, text }) => ({ file, lines: text.split('\n').length }))
      .filter(({ lines }) => lines > 401);
    expect(long).toEqual([]);
  });

  it('no file is a drawer for leftovers', () => {
    const drawers = files.filter((file) => /(?:utils?|helpers?|common|manager)\.ts$/i.test(file));
    expect(drawers).toEqual([]);
  });
});
