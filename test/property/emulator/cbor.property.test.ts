import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimal } from '../../../harness/core/json.ts';
import { encodeCbor } from '../../../harness/emulator/http/codecs/cbor-encode.ts';

const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,30}$/), tie('value'), { maxKeys: 30 }),
  ),
})).value;

it('writes CBOR that the SDK reads back as the same value', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(cbor.deserialize(encodeCbor(value))).toEqual(value);
    }),
  );
});

it.each([0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, -1, -25, -(2 ** 40)])(
  'writes the whole number %d as an integer',
  (number) => {
    expect(encodeCbor(number)[0]! >> 5).toBe(number < 0 ? 1 : 0);
    expect(Number(cbor.deserialize(encodeCbor(number)))).toBe(number);
  },
);

it('writes a double as a float, whole or not', () => {
  for (const number of [30, 0, 1.5]) {
    const bytes = encodeCbor(decimal(number));
    expect(bytes[0]).toBe(0xfb);
    expect(bytes.readDoubleBE(1)).toBe(number);
  }
});

it('writes times as tagged seconds, maps as maps, and leaves undefined members out', () => {
  const value = { at: new Date(1_500), map: new Map([['a', 1]]), none: undefined };
  const read = cbor.deserialize(encodeCbor(value)) as { at: unknown };
  expect(Object.keys(read)).toEqual(['at', 'map']);
  expect(read.at).toMatchObject({ tag: 1, value: 1.5 });
});
