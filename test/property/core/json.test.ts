import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, plainJson } from '../../../harness/core/json.ts';
import { parseJson } from '../../../harness/core/json-parse.ts';
import { printJson } from '../../../harness/core/json-print.ts';

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((each) => each.join(''));
const numberText = fc
  .tuple(fc.constantFrom('', '-'), fc.integer({ min: 1, max: 9 }), digits(0, 24), fc.option(digits(1, 20)))
  .map(([sign, first, rest, fraction]) => `${sign}${first}${rest}${fraction === null ? '' : `.${fraction}`}`);
const name = fc.oneof(fc.nat({ max: 5_000_000_000 }).map(String), fc.string(), fc.constant('__proto__'));

/** Compact JSON texts with distinct names. */
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'small' },
    numberText,
    fc.oneof(fc.string(), fc.constant('﷐1')).map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('document'), { maxLength: 5 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(name, tie('document')), { maxLength: 5, selector: ([key]) => key })
      .map((members) => `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`),
  ),
}));

describe('JSON texts', () => {
  it('are printed as they were read', () => {
    fc.assert(
      fc.property(document, (text) => void expect(printJson(parseJson(text))).toBe(text)),
      {
        numRuns: 2_000,
      },
    );
  });

  it('mean in plain form what JSON.parse takes them for', () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(plainJson(parseJson(text))).toEqual(JSON.parse(text) as Json);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused exactly where JSON.parse refuses them', () => {
    const damaged = fc
      .tuple(document, fc.nat(), fc.constantFrom('', ',', '"', '}', '0', '.'))
      .map(([text, at, piece]) => {
        const i = at % (text.length + 1);
        return text.slice(0, i) + piece + text.slice(i + 1);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect(accepts(parseJson, text)).toBe(accepts(JSON.parse, text));
      }),
      { numRuns: 2_000 },
    );
  });
});

function accepts(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return false;
  }
}
