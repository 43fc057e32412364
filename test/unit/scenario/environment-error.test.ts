import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ExitCode, HarnessError } from '../../../harness/core/errors.ts';
import { environmentError } from '../../../harness/scenario/environment-error.ts';

const thrownBy = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('errors of the surroundings', () => {
  it('leaves a HarnessError as it is', () => {
    const error = new HarnessError('x', 'y', { exitCode: ExitCode.inputWrong });
    expect(environmentError(error)).toBe(error);
  });

  it.each<[string, unknown, RegExp]>([
    ['the file system', thrownBy(() => readFileSync('/nowhere/at/all')), /^The file system failed: ENOENT/],
    [
      'a connection',
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
        syscall: 'connect',
        code: 'ECONNREFUSED',
      }),
      /^The connection failed: connect ECONNREFUSED/,
    ],
    [
      'a service',
      Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }),
      /^The backend answered AccessDenied: no$/,
    ],
  ])('names %s', (_, error, message) => {
    const known = environmentError(error);
    expect(known?.message).toMatch(message);
    expect(known?.exitCode).toBe(3);
    expect(known?.remedy).toBeTruthy();
  });

  it('takes a defect for a defect', () => {
    expect(environmentError(new TypeError('x is not a function'))).toBeUndefined();
    expect(environmentError('text')).toBeUndefined();
  });
});
