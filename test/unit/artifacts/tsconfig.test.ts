import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeBundle } from '../../../harness/artifacts/packaging/node-bundle.ts';
import type { PackageRequest } from '../../../harness/artifacts/packaging/package-request.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILES = {
  'project/services/enrich/index.ts':
    "import { env } from '@shared/env';\nimport { parse } from '@acme/schema';\nexport const handler = () => parse(env());\n",
  'project/services/shared/env.ts': "export const env = (): string => 'from the alias';\n",
  'project/packages/schema/package.json':
    '{"name":"@acme/schema","type":"module","exports":"./src/index.ts"}',
  'project/packages/schema/src/index.ts':
    "export const parse = (text: string): string => ['parsed', text].join(' ');\n",
  'project/tsconfig.base.json':
    '{"compilerOptions":{"paths":{"@shared/*":["./services/shared/*"],"@acme/*":["./packages/*/src"]}}}',
  'project/tsconfig.json': '{"extends":"./tsconfig.base.json"}',
  // The builder's own configuration, which would make another bundle.
  'tsconfig.json': '{"compilerOptions":{"paths":{"@shared/*":["./wrong/*"]}}}',
};

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const bundled = () => {
  const root = join(folder, 'project');
  const code = { kind: 'node-bundle', path: join(root, 'services/enrich/index.ts') };
  const request = { name: 'enrich', code, root, entries: {}, packages: [], target: {} };
  return nodeBundle(request as unknown as PackageRequest);
};

describe('TypeScript configuration of a project', () => {
  it('gives path aliases and workspace packages to bundles, and is one of their inputs', async () => {
    write(FILES);
    const { entries, inputs } = await bundled();
    const text = Buffer.from(entries.find(({ name }) => name === 'index.js')!.bytes as Uint8Array).toString();
    expect(text).toContain('from the alias');
    expect(text).toContain('parsed');
    for (const name of ['tsconfig.json', 'tsconfig.base.json'])
      expect(inputs).toContain(join(folder, 'project', name));
    expect(inputs).not.toContain(join(folder, 'tsconfig.json'));
  });

  it('is not looked for above the project', async () => {
    const { 'project/tsconfig.json': _own, ...others } = FILES;
    write(others);
    await expect(bundled()).rejects.toThrow('Could not resolve "@shared/env"');
  });
});
