import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogTail } from '../../../../../harness/emulator/services/lambda/invoke/log-tail.ts';

describe('LogTail', () => {
  it('answers the last 4 KB of whatever was written', () => {
    const line = fc.oneof(
      fc.string({ maxLength: 50 }),
      fc.integer({ min: 0, max: 6000 }).map((n) => 'ä'.repeat(n)),
    );
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 20 }), { maxLength: 20 }), (writes) => {
        const tail = new LogTail();
        for (const lines of writes) tail.take(lines);
        const all = Buffer.from(writes.flat().join(''));
        expect(tail.encoded()).toBe(all.subarray(Math.max(0, all.length - 4096)).toString('base64'));
      }),
    );
  });
});
