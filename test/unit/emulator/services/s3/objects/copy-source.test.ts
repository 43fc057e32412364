import { describe, expect, it } from 'vitest';
import {
  parseCopyRange,
  parseCopySource,
} from '../../../../../../harness/emulator/services/s3/objects/copy-source.ts';

describe('parseCopySource', () => {
  it.each([
    ['b/k', 'b', 'k', undefined],
    ['/b/k', 'b', 'k', undefined],
    ['%2Fb%2Fa%2Fb', 'b', 'a/b', undefined],
    ['b/a%20b+c%3FversionId%3Dx', 'b', 'a b c?versionId=x', undefined],
    ['b/k?versionId=v.1', 'b', 'k', 'v.1'],
    ['b//k', 'b', '/k', undefined],
    [Buffer.from('b/é').toString('latin1'), 'b', 'é', undefined],
  ])('%s', (header, bucket, key, versionId) => {
    expect(parseCopySource(header)).toEqual({ bucket, key, versionId });
  });

  it.each(['', 'b', 'b/', '/', 'b/%ff', 'b/k?versionId='])('refuses %j', (header) => {
    expect(() => parseCopySource(header)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});

describe('parseCopyRange', () => {
  it('counts from zero, end inclusive, within the source', () => {
    expect(parseCopyRange('bytes=0-9', 10)).toEqual({ startBytes: 0, endBytes: 10 });
    expect(parseCopyRange(undefined, 10)).toEqual({ startBytes: 0, endBytes: 10 });
    for (const header of ['bytes=0-10', 'bytes=5-', 'bytes=-5', 'bytes=5-2', 'x']) {
      expect(() => parseCopyRange(header, 10)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    }
  });
});
