/** One package of each kind: what is in it, that it is the same bytes again, and what keeps it from being made. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionsIn } from '../../../harness/artifacts/aws-calls.ts';
import { type ArtifactSet, buildArtifacts } from '../../../harness/artifacts/build-artifacts.ts';
import { InvalidDocument } from '../../../harness/document/diagnostics.ts';
import { loadProject } from '../../../harness/project/load-project.ts';

const target = { platform: 'linux', arch: 'x64' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packaging-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function build(project: string, cache = 'cache'): Promise<ArtifactSet> {
  write('cosmicai.yaml', `apiVersion: cosmicai/v1\nkind: Project\nname: sample\n${project}`);
  return buildArtifacts({ project: loadProject(folder), cacheFolder: join(folder, cache), target });
}

async function mistakesOf(project: string): Promise<string[]> {
  const error = await build(project).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidDocument);
  return (error as InvalidDocument).diagnostics.map(
    ({ line, message, hint }) => `${line}: ${message} | ${hint}`,
  );
}

const filesOf = ({ functions, layers }: ArtifactSet, name: string): Record<string, string> => {
  const unzipped = unzipSync(readFileSync((functions[name] ?? layers[name])!.zipFile));
  return Object.fromEntries(
    Object.entries(unzipped).map(([file, bytes]) => [file, Buffer.from(bytes).toString('utf8')]),
  );
};
const digestOf = async (project: string, cache: string) =>
  Object.values((await build(project, cache)).functions).map(({ sha256 }) => sha256);

/** A wheel as pip takes it from a file: nothing is asked of a registry. */
function wheel(name: string, tag: string): string {
  const info = `${name}-1.0.dist-info`;
  const text = (value: string) => Buffer.from(value);
  return write(
    `wheels/${name}-1.0-${tag}.whl`,
    zipSync({
      [`${name}/__init__.py`]: text('VALUE = 1\n'),
      [`${info}/METADATA`]: text(`Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\nLicense: MIT\n`),
      [`${info}/WHEEL`]: text(`Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`),
      [`${info}/RECORD`]: text(''),
    }),
  );
}

describe('a folder of JavaScript', () => {
  const PROJECT = 'functions: { F: { runtime: nodejs22.x, code: f } }\n';

  it('is packaged as it is, with its own node_modules, whatever the times of its files', async () => {
    write('f/index.mjs', "import 'dep';\nexport const handler = async () => 1;\n");
    write('f/package.json', '{"dependencies": {"dep": "1.0.0"}}');
    write('f/node_modules/dep/package.json', '{"name": "dep", "version": "1.0.0", "license": "MIT"}');
    const inner = write('f/node_modules/dep/index.js', '');
    const first = await build(PROJECT);
    expect(Object.keys(filesOf(first, 'F')).sort()).toEqual([
      'index.mjs',
      'node_modules/dep/index.js',
      'node_modules/dep/package.json',
      'package.json',
    ]);
    expect(first.functions['F']!.packages).toEqual([
      { ecosystem: 'npm', name: 'dep', version: '1.0.0', license: 'MIT' },
    ]);
    utimesSync(inner, 1_600_000_000, 1_600_000_000);
    expect(await digestOf(PROJECT, 'other')).toEqual([first.functions['F']!.sha256]);
  });

  it('is packaged again when a file is added', async () => {
    write('f/index.js', 'exports.handler = async () => 1;\n');
    const first = await digestOf(PROJECT, 'cache');
    write('f/more.js', '');
    expect(await digestOf(PROJECT, 'cache')).not.toEqual(first);
  });

  it('says which dependency is not installed', async () => {
    write('f/index.js', 'exports.handler = async () => 1;\n');
    write('f/package.json', '{"dependencies": {"left-pad": "1.0.0", "@aws-sdk/client-s3": "3.0.0"}}');
    expect(await mistakesOf(PROJECT)).toEqual([
      `4: the function F needs left-pad, which is not installed in ${join(folder, 'f/node_modules')} | run npm install in ${join(folder, 'f')}`,
    ]);
  });
});

describe('a bundle', () => {
  it('names its own source file and line when it fails', async () => {
    write(
      'src/work.ts',
      'interface Order {\n  id: string;\n}\nexport const work = (order: Order): never => {\n  throw new Error("order " + order.id);\n};\n',
    );
    write(
      'src/index.ts',
      "import { work } from './work.ts';\nexport const handler = async () => work({ id: '7' });\n",
    );
    const set = await build('functions: { F: { runtime: nodejs22.x, code: src/index.ts } }\n');
    for (const [name, text] of Object.entries(filesOf(set, 'F'))) write(`out/${name}`, text);
    const script = 'require("./index.js").handler().catch((error) => process.stdout.write(error.stack))';
    const stack = execFileSync(process.execPath, ['--enable-source-maps', '-e', script], {
      cwd: join(folder, 'out'),
      encoding: 'utf8',
    });
    expect(stack).toContain('Error: order 7');
    expect(stack).toMatch(/src\/work\.ts:5:9/);
    expect(stack).toMatch(/src\/index\.ts:2:\d+/);
    expect(JSON.stringify(filesOf(set, 'F'))).not.toContain(folder);
  });

  it('becomes an ES module when it awaits at its top', async () => {
    write(
      'src/index.ts',
      'const value = await Promise.resolve(4);\nexport const handler = async () => value;\n',
    );
    const set = await build('functions: { F: { runtime: nodejs22.x, code: src/index.ts } }\n');
    expect(Object.keys(filesOf(set, 'F'))).toEqual(['index.mjs', 'index.mjs.map']);
  });

  it('leaves the AWS SDK to the runtime when it is not installed, and names any other package', async () => {
    write(
      'src/index.ts',
      "import { S3Client } from '@aws-sdk/client-s3';\nexport const handler = () => new S3Client();\n",
    );
    const set = await build('functions: { F: { runtime: nodejs22.x, code: src/index.ts } }\n');
    expect(filesOf(set, 'F')['index.js']).toContain('require("@aws-sdk/client-s3")');
    write('src/index.ts', "import pad from 'left-pad';\nexport const handler = () => pad();\n");
    expect(await mistakesOf('functions: { F: { runtime: nodejs22.x, code: src/index.ts } }\n')).toEqual([
      expect.stringMatching(
        /^4: the function F does not build: src\/index\.ts:1:17: Could not resolve "left-pad" \| run npm install left-pad/,
      ),
    ]);
  });
});

describe('a folder of Python', () => {
  const PROJECT = 'functions: { F: { runtime: python3.11, handler: app.handler, code: f } }\n';
  const requirements = (...names: string[]) =>
    write('f/requirements.txt', `--no-index\n--find-links ${join(folder, 'wheels')}\n${names.join('\n')}\n`);

  it('holds the wheels that its requirements ask for, and is the same bytes from another cache', async () => {
    write('f/app.py', 'import shape\ndef handler(event, context):\n    return shape.VALUE\n');
    wheel('shape', 'cp311-cp311-manylinux2014_x86_64');
    requirements('shape==1.0');
    const first = await build(PROJECT);
    const names = Object.keys(filesOf(first, 'F')).sort();
    expect(names).toEqual([
      'app.py',
      'requirements.txt',
      'shape-1.0.dist-info/METADATA',
      'shape-1.0.dist-info/WHEEL',
      'shape/__init__.py',
    ]);
    expect(first.functions['F']!.packages).toEqual([
      { ecosystem: 'pypi', name: 'shape', version: '1.0', license: 'MIT' },
    ]);
    expect(await digestOf(PROJECT, 'other')).toEqual([first.functions['F']!.sha256]);
  }, 60_000);

  it('reads the dependencies of a pyproject.toml', async () => {
    write('f/app.py', 'def handler(event, context):\n    return 1\n');
    const file = wheel('shape', 'py3-none-any');
    write(
      'f/pyproject.toml',
      `[project]\nname = "f"\nversion = "1"\ndependencies = ["shape @ file://${file}"]\n`,
    );
    expect(Object.keys(filesOf(await build(PROJECT), 'F'))).toContain('shape/__init__.py');
  }, 60_000);

  it('tells every function whose wheel is missing for the platform', async () => {
    write('f/app.py', 'def handler(event, context):\n    return 1\n');
    write('g/app.py', 'def handler(event, context):\n    return 1\n');
    wheel('shape', 'cp311-cp311-macosx_11_0_arm64');
    requirements('shape==1.0');
    write('g/requirements.txt', readFileSync(join(folder, 'f/requirements.txt')));
    const both =
      'functions:\n  F: { runtime: python3.11, handler: app.handler, code: f }\n  G: { runtime: python3.12, handler: app.handler, code: g }\n';
    expect(await mistakesOf(both)).toEqual([
      expect.stringMatching(
        /^5: there is no wheel of shape==1\.0 for python3\.11 on linux-x64, which the function F needs \(requirements\.txt:3\)/,
      ),
      expect.stringMatching(
        /^6: there is no wheel of shape==1\.0 for python3\.12 on linux-x64, which the function G needs \(requirements\.txt:3\)/,
      ),
    ]);
  }, 60_000);

  it('says which tool is missing', async () => {
    write('f/app.py', 'def handler(event, context):\n    return 1\n');
    requirements('shape==1.0');
    const path = process.env['PATH'];
    process.env['PATH'] = join(folder, 'nothing');
    try {
      expect(await mistakesOf(PROJECT)).toEqual([
        '4: neither pip nor uv is installed, and Python requirements need one of them | install Python with pip, or uv, and see that it is on the PATH',
      ]);
    } finally {
      process.env['PATH'] = path;
    }
  });
});

describe('a prebuilt zip', () => {
  it('is deployed byte for byte', async () => {
    const zip = zipSync({ 'app.py': Buffer.from('def handler(e, c): return 1\n') });
    write('f.zip', zip);
    const set = await build('functions: { F: { runtime: python3.11, handler: app.handler, code: f.zip } }\n');
    expect(readFileSync(set.functions['F']!.zipFile)).toEqual(Buffer.from(zip));
  });

  it('must hold the handler, be a zip, and fit into 250 MB unzipped', async () => {
    write('a.zip', zipSync({ 'other.py': Buffer.from('') }));
    write('b.zip', 'no zip');
    const zeros = new Uint8Array(250 * 1024 * 1024 + 1);
    write('c.zip', zipSync({ 'app.py': [zeros, { level: 1 }] }));
    const one = (name: string) =>
      `  ${name}: { runtime: python3.11, handler: app.handler, code: ${name}.zip }\n`;
    expect(await mistakesOf(`functions:\n${one('a')}${one('b')}${one('c')}`)).toEqual([
      '5: the zip of the function a has no app.py, which the handler app.handler needs | put it at the top of the zip, or correct handler',
      expect.stringMatching(/^6: .*b\.zip is no zip/),
      expect.stringMatching(
        /^7: the package of c has 250\.0 MB unzipped, and Lambda takes 250\.0 MB \| .*app\.py with 250\.0 MB/,
      ),
    ]);
  }, 60_000);
});

describe('a custom runtime', () => {
  const PROJECT = 'functions: { F: { runtime: provided.al2023, code: f } }\n';

  it('needs an executable bootstrap, which stays executable', async () => {
    const bootstrap = write('f/bootstrap', '#!/bin/sh\n');
    chmodSync(bootstrap, 0o644);
    expect(await mistakesOf(PROJECT)).toEqual([
      `4: the bootstrap of the function F is not executable | run chmod +x ${bootstrap}`,
    ]);
    chmodSync(bootstrap, 0o755);
    const { zipFile } = (await build(PROJECT)).functions['F']!;
    const listing = execFileSync(
      'python3',
      [
        '-c',
        `import zipfile; print(oct(zipfile.ZipFile(${JSON.stringify(zipFile)}).infolist()[0].external_attr >> 16))`,
      ],
      { encoding: 'utf8' },
    );
    expect(listing.trim()).toBe('0o100755');
  });
});

describe('layers', () => {
  it('are packaged as they are laid out, and count towards the size of each function', async () => {
    write('layer/python/shared.py', 'VALUE = 1\n');
    write('big/python/data.bin', new Uint8Array(200 * 1024 * 1024));
    write('more/python/data2.bin', new Uint8Array(60 * 1024 * 1024));
    write('f/app.py', 'def handler(event, context):\n    return 1\n');
    const project = (layers: string) =>
      `layers: { layer: layer, big: big, more: more }\nfunctions:\n  F: { runtime: python3.11, handler: app.handler, code: f, layers: ${layers} }\n`;
    const set = await build(project('[layer]'));
    expect(Object.keys(filesOf(set, 'layer'))).toEqual(['python/shared.py']);
    expect(await mistakesOf(project('[big, more]'))).toEqual([
      '6: the function F and its layers have 260.0 MB unzipped, and Lambda takes 250.0 MB | leave out what the function does not need',
    ]);
  }, 120_000);

  it('must lie where runtimes look', async () => {
    write('layer/shared.py', 'VALUE = 1\n');
    expect(await mistakesOf('layers: { layer: layer }\n')).toEqual([
      expect.stringContaining('4: the layer layer has none of nodejs/, python/, lib/, bin/, extensions/'),
    ]);
  });
});

describe('actionsIn', () => {
  it('tells operations of both SDKs, and nothing of packages', () => {
    const entry = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
    expect(
      actionsIn([
        entry('index.js', 'client.send(new PutObjectCommand({}))'),
        entry('node_modules/dep/index.js', 'new DeleteObjectCommand()'),
      ]),
    ).toEqual(['s3:PutObject']);
    expect(
      actionsIn([
        entry(
          'app.py',
          "s3.get_object(Bucket=b)\ns3.get_paginator('list_objects_v2')\nsfn.start_execution()",
        ),
      ]),
    ).toEqual(['s3:GetObject', 's3:ListBucket', 'states:StartExecution']);
  });
});
