import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keeps, unitMistakes } from '../../harness/metrics/bound.ts';
import { formatNumber, parseQuantity, unitNames } from '../../harness/metrics/quantity.ts';
import {
  type Aggregate,
  aggregate,
  aggregateNames,
  ExpressionError,
  parseExpression,
  percentile,
  renderExpression,
} from '../../harness/metrics/threshold.ts';

const name = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
const metric = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
const aggregateKind: fc.Arbitrary<Aggregate> = fc.oneof(
  fc.constantFrom(...aggregateNames),
  fc.integer({ min: 0, max: 1000 }).map((tenths) => ({ percentile: tenths / 10 })),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });

describe('metric expressions', () => {
  it('survive being printed and read', () => {
    fc.assert(
      fc.property(metric, fc.option(aggregateKind, { nil: undefined }), (text, kind) => {
        const expression = kind === undefined ? { metric: text } : { aggregate: kind, metric: text };
        expect(parseExpression(renderExpression(expression))).toEqual(expression);
      }),
    );
  });

  it('are read or refused at a place within the text, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9.() ]{0,20}$/)), (text) => {
        try {
          const parsed = parseExpression(text);
          expect(parseExpression(renderExpression(parsed))).toEqual(parsed);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
          const { offset } = error as ExpressionError;
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('quantities', () => {
  it('are read with their unit, with or without a space', () => {
    fc.assert(
      fc.property(finite, fc.constantFrom(...unitNames), fc.constantFrom('', ' '), (value, unit, space) => {
        const one = parseQuantity(`1${space}${unit}`)!;
        const many = parseQuantity(`${value}${space}${unit}`)!;
        expect(many.dimension).toBe(one.dimension);
        expect(many.value).toBeCloseTo(
          value * one.value,
          -Math.ceil(Math.log10(Math.abs(value * one.value) + 1)) + 9,
        );
      }),
    );
  });

  it('never throw on any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseQuantity(text)));
  });

  it('are printed so that people can read them back', () => {
    fc.assert(
      fc.property(finite, (value) => {
        const shown = Number(formatNumber(value).replaceAll(',', ''));
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-3 + 1e-9);
      }),
    );
  });
});

describe('bounds', () => {
  it('lt and gte part all numbers between them', () => {
    fc.assert(
      fc.property(finite, finite, (value, limit) => {
        expect(keeps({ lt: limit }, value, '')).toBe(!keeps({ gte: limit }, value, ''));
        expect(keeps({ gt: limit }, value, '')).toBe(!keeps({ lte: limit }, value, ''));
      }),
    );
  });

  it('fit their own unit', () => {
    fc.assert(
      fc.property(finite, fc.constantFrom(...unitNames), (value, unit) => {
        expect(unitMistakes({ lt: `${value} ${unit}` }, unit)).toEqual([]);
      }),
    );
  });
});

describe('percentiles', () => {
  const values = fc.array(finite, { minLength: 1, maxLength: 40 });
  it('lie within the values, grow with the percentage and do not depend on the order', () => {
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (list, a, b) => {
          const low = percentile(list, Math.min(a, b));
          const high = percentile(list, Math.max(a, b));
          expect(low).toBeLessThanOrEqual(high + 1e-6);
          expect(low).toBeGreaterThanOrEqual(aggregate('min', list));
          expect(high).toBeLessThanOrEqual(aggregate('max', list));
          expect(percentile([...list].reverse(), a)).toBe(percentile(list, a));
        },
      ),
    );
  });
});
