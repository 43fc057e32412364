import { describe, expect, it } from 'vitest';
import {
  parseRange,
  renderContentRange,
} from '../../../../../../harness/emulator/services/s3/objects/conditions.ts';

describe('parseRange', () => {
  it.each([
    ['bytes=0-0', 10, 0, 1],
    ['bytes=2-5', 10, 2, 6],
    ['bytes=2-', 10, 2, 10],
    ['bytes=2-99', 10, 2, 10],
    ['bytes=-3', 10, 7, 10],
    ['bytes=-99', 10, 0, 10],
  ])('%s of %i bytes', (header, size, startBytes, endBytes) => {
    expect(parseRange(header, size)).toEqual({ startBytes, endBytes });
  });

  it.each([undefined, 'bytes=5-2', 'bytes=0-1,3-4', 'bytes=-', 'lines=1-2', 'bytes=a-b'])(
    'ignores %j',
    (header) => {
      expect(parseRange(header, 10)).toBeUndefined();
    },
  );

  it.each([
    ['bytes=10-', 10],
    ['bytes=10-20', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
  ])('refuses %s of %i bytes', (header, size) => {
    expect(() => parseRange(header, size)).toThrow(
      expect.objectContaining({ code: 'InvalidRange', status: 416 }),
    );
  });

  it('writes the range it answers', () => {
    expect(renderContentRange({ startBytes: 2, endBytes: 6 }, 10)).toBe('bytes 2-5/10');
  });
});
