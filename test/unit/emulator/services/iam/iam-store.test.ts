import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../../../../harness/emulator/services/iam/store/entities.ts';
import { IamStore } from '../../../../../harness/emulator/services/iam/store/iam-store.ts';
import { serviceStateIn } from '../../../../service-state.ts';

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
    const store = new IamStore(serviceStateIn(folder, { durability }));
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
    const again = new IamStore(serviceStateIn(folder, { durability }));
    expect(again.roles.get('r')).toEqual(role('r'));
    expect(again.oidcProviderOf('https://example.com')?.arn).toBe('arn');
    expect(again.account.alias).toBe('sky');
  });

  it('undoes in memory what it cannot write', () => {
    const folder = newFolder();
    const store = new IamStore(serviceStateIn(folder));
    store.roles.set('kept', role('kept'));
    store.save();
    const before = readFileSync(join(folder, 'journal'), 'utf8');
    const write = vi.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    syncBuiltinESMExports();
    try {
      store.roles.set('new', role('new'));
      store.roles.get('kept')!.description = 'changed';
      expect(() => store.save()).toThrow('ENOSPC');
    } finally {
      write.mockRestore();
      syncBuiltinESMExports();
    }
    expect([...store.roles.values()]).toEqual([role('kept')]);
    expect(readFileSync(join(folder, 'journal'), 'utf8')).toBe(before);
    store.roles.delete('kept');
    store.save();
    expect(new IamStore(serviceStateIn(folder)).roles.size).toBe(0);
  });
});
