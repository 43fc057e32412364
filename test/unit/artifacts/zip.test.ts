import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { renderZip } from '../../../harness/artifacts/zip.ts';

const text = (value: string) => Buffer.from(value);
const ENTRIES = [
  { name: 'lib.so', bytes: text('native'), executable: true },
  { name: 'index.js', bytes: text('exports.handler = async () => 1;\n'.repeat(50)) },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('renderZip', () => {
  it('gives the same bytes whatever the order and the umask', () => {
    const old = process.umask(0o077);
    const first = renderZip(ENTRIES);
    process.umask(0o002);
    const second = renderZip([...ENTRIES].reverse());
    process.umask(old);
    expect(Buffer.compare(first, second)).toBe(0);
  });

  it.each(['UTC', 'America/St_Johns', 'Pacific/Kiritimati', 'Asia/Kathmandu'])(
    'gives the same bytes in time zone %s',
    (zone) => {
      const script = join(folder, 'zip.mjs');
      // The zone is fixed when a process starts, hence one process for each.
      writeFileSync(
        script,
        `import { build } from ${JSON.stringify(import.meta.resolve('esbuild'))};
       const { outputFiles } = await build({ entryPoints: [${JSON.stringify(join(import.meta.dirname, '../../../harness/artifacts/zip.ts'))}], bundle: true, write: false, format: 'esm', platform: 'node' });
       const { renderZip } = await import('data:text/javascript;base64,' + Buffer.from(outputFiles[0].contents).toString('base64'));
       process.stdout.write(Buffer.from(renderZip([{ name: 'index.js', bytes: Buffer.from('x') }])).toString('hex'));`,
      );
      const hex = execFileSync(process.execPath, [script], {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      });
      expect(hex).toBe(Buffer.from(renderZip([{ name: 'index.js', bytes: text('x') }])).toString('hex'));
    },
  );

  it('holds what was put in, sorted, with modes 755 and 644 and one time', async () => {
    const zip = renderZip(ENTRIES);
    expect(Object.keys(unzipSync(zip))).toEqual(['index.js', 'lib.so']);
    expect(unzipSync(zip)['lib.so']).toEqual(new Uint8Array(text('native')));
    const entries = await centralDirectory(zip);
    expect(
      entries.map(({ fileName, externalFileAttributes }) => [
        fileName,
        (externalFileAttributes >>> 16).toString(8),
      ]),
    ).toEqual([
      ['index.js', '100644'],
      ['lib.so', '100755'],
    ]);
    expect(
      new Set(entries.map(({ lastModFileDate, lastModFileTime }) => `${lastModFileDate} ${lastModFileTime}`)),
    ).toEqual(
      // 1980-01-01 00:00, the first moment a zip can tell.
      new Set([`${(1 << 5) | 1} 0`]),
    );
  });

  it('refuses two entries of one name', () => {
    expect(() => renderZip([ENTRIES[0]!, ENTRIES[0]!])).toThrow('two entries named lib.so');
  });
});

function centralDirectory(zip: Uint8Array): Promise<yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(zip), (error, file) => {
      if (error) return reject(error);
      const entries: yauzl.Entry[] = [];
      file.on('entry', (entry: yauzl.Entry) => entries.push(entry));
      file.on('end', () => resolve(entries));
      file.on('error', reject);
    });
  });
}
