import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMockFile } from '../../../harness/cli/mock-file.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import type { Json } from '../../../harness/core/json.ts';
import { printJson } from '../../../harness/core/json-print.ts';
import {
  parseMockConfig,
  responseOf,
} from '../../../harness/emulator/services/stepfunctions/mocks/mock-config.ts';

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

  it('keeps the text of numbers and names of digits', () => {
    const file = join(folder, 'numbers.json');
    writeFileSync(
      file,
      '{"StateMachines":{"m":{"TestCases":{"1":{"T":"r"}}}},"MockedResponses":{"r":{"0":{"Return":{"Payload":1.0,"id":12345678901234567890}}}}}',
    );
    const { machines } = parseMockConfig(readMockFile(file));
    const response = responseOf(machines.get('m')!.get('1')!.get('T')!, 0);
    expect(printJson((response as { Return: Json }).Return)).toBe(
      '{"Payload":1.0,"id":12345678901234567890}',
    );
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
