import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Role } from '../../../../../harness/emulator/services/iam/store/entities.ts';
import { IamStore } from '../../../../../harness/emulator/services/iam/store/iam-store.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cosmicai-iam-'));
  folders.push(folder);
  return folder;
}
const role = (name: string): Role => ({
  name,
  path: '/',
  id: name,
  arn: `arn:aws:iam::000000000000:role/${name}`,
  createdMs: 0,
  tags: {},
  inlinePolicies: {},
  attachedPolicyArns: [],
  trustPolicy: '{}',
  maxSessionSeconds: 3600,
});

describe('the store of IAM', () => {
  it.each(['kernel', 'device'] as const)('keeps what was saved over a restart: %s', (durability) => {
    const folder = newFolder();
    const store = new IamStore(folder, durability, () => {});
    store.roles.set('r', role('r'));
    store.oidcProviders.set('arn', {
      arn: 'arn',
      url: 'example.com',
      clientIds: [],
      thumbprints: [],
      createdMs: 0,
      tags: {},
    });
    store.account.alias = 'sky';
    store.save();
    const again = new IamStore(folder, durability, () => {});
    expect(again.roles.get('r')).toEqual(role('r'));
    expect(again.oidcProviderOf('https://example.com')?.arn).toBe('arn');
    expect(again.account.alias).toBe('sky');
  });

  it('undoes in memory what it cannot write', () => {
    const folder = newFolder();
    const store = new IamStore(folder, 'kernel', () => {});
    store.roles.set('kept', role('kept'));
    store.save();
    const before = readFileSync(join(folder, 'iam.json'), 'utf8');
    // A folder in the place of the temporary file lets every write fail.
    mkdirSync(join(folder, 'iam.json.tmp'));
    store.roles.set('new', role('new'));
    store.roles.get('kept')!.description = 'changed';
    store.roles.delete('none');
    expect(() => store.save()).toThrow(/EISDIR/);
    expect([...store.roles.values()]).toEqual([role('kept')]);
    expect(readFileSync(join(folder, 'iam.json'), 'utf8')).toBe(before);
  });

  it.each(['{', '[]', 'null', '{"roles": 1}'])('leaves a damaged file aside and says so: %s', (text) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'iam.json'), text);
    const lines: string[] = [];
    const store = new IamStore(folder, 'kernel', (line) => lines.push(line));
    expect(store.roles.size).toBe(0);
    expect(lines).toEqual([expect.stringContaining('is damaged and is left aside')]);
    expect(readFileSync(join(folder, 'iam.json.damaged'), 'utf8')).toBe(text);
  });
});
