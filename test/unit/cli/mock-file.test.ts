import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMockFile } from '../../../harness/cli/mock-file.ts';
import { HarnessError } from '../../../harness/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'mock-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(file: string): HarnessError {
  try {
    readMockFile(file);
  } catch (error) {
    if (error instanceof HarnessError) return error;
  }
  throw new Error('was not refused');
}

describe('readMockFile', () => {
  it('reads JSON as it is', () => {
    const file = join(folder, 'good.json');
    writeFileSync(file, '{"StateMachines":{}}');
    expect(readMockFile(file)).toEqual({ StateMachines: {} });
  });

  it('names a file that is not there', () => {
    const error = refusal(join(folder, 'absent.json'));
    expect([error.exitCode, error.message]).toEqual([
      2,
      expect.stringContaining('absent.json cannot be read'),
    ]);
  });

  it('names a file that is not JSON', () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{');
    const error = refusal(file);
    expect([error.exitCode, error.message]).toEqual([2, expect.stringContaining('broken.json is not JSON')]);
  });
});
