import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cidrBlocks } from '../../harness/project/templates/intrinsics/cidr.ts';
import {
  ACCOUNT_ID,
  arnToken,
  nameToken,
  partsOf,
  REGION,
  textOfPart,
} from '../../harness/project/templates/tokens.ts';
import { resolve } from '../unit/project/templates/resolve.ts';

const text = fc
  .string({ maxLength: 12 })
  .filter((one) => !one.includes('${') && !/[\uD800-\uDFFF]/.test(one));
// As JSON text has them: no negative zero, which YAML keeps and JSON does not.
const json = fc.jsonValue({ maxDepth: 3 }).map((value): unknown => JSON.parse(JSON.stringify(value)));

/** Whether a value holds something that a template would take for a function. */
const hasFunction = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(
    ([key, one]) => /^(?:Fn::|Ref$|Condition$|__proto__$)/.test(key) || hasFunction(one),
  );

function propertyOf(value: unknown, format: (value: unknown) => string): unknown {
  const { resources, report } = resolve(
    format({ Resources: { X: { Type: 'T', Properties: { Value: value } } } }),
  );
  report.throwIfAny();
  return resources[0]!.properties['Value'];
}

const FORMATS = [JSON.stringify, (value: unknown) => stringify(value)];

describe('the template resolver', () => {
  it('leaves values without functions as they are, in JSON and YAML', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(...FORMATS), (value, format) => {
        fc.pre(!hasFunction(value) && !JSON.stringify(value).includes('e+'));
        expect(propertyOf(value, format)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 60 },
    );
  });

  it('Split undoes Join for texts without the delimiter', () => {
    fc.assert(
      fc.property(
        fc.array(
          text.map((one) => one.replaceAll('|', '')),
          { minLength: 1 },
        ),
        (list) => {
          const joined = { 'Fn::Join': ['|', list] };
          expect(propertyOf({ 'Fn::Split': ['|', joined] }, JSON.stringify)).toEqual(list);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('Select takes what stands at the index', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.nat(), (list, index) => {
        const at = index % list.length;
        expect(propertyOf({ 'Fn::Select': [at, list] }, JSON.stringify)).toBe(list[at]);
      }),
      { numRuns: 40 },
    );
  });

  it('Sub with values is Join of the parts', () => {
    fc.assert(
      fc.property(text, text, text, (before, value, after) => {
        const sub = { 'Fn::Sub': [`${before}\${V}${after}`, { V: value }] };
        fc.pre(!`${before}${after}`.endsWith('$') && !before.endsWith('$'));
        expect(propertyOf(sub, JSON.stringify)).toBe(`${before}${value}${after}`);
      }),
      { numRuns: 40 },
    );
  });

  it('And, Or and Not follow the laws of De Morgan', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 2, maxLength: 10 }), (values) => {
        const each = values.map((one) => ({ 'Fn::Equals': ['x', one ? 'x' : 'y'] }));
        const not = (one: unknown) => ({ 'Fn::Not': [one] });
        const { resources, report } = resolve(
          JSON.stringify({
            Conditions: { A: not({ 'Fn::And': each }), B: { 'Fn::Or': each.map(not) } },
            Resources: {
              X: { Type: 'T', Properties: { a: { 'Fn::If': ['A', 1, 2] }, b: { 'Fn::If': ['B', 1, 2] } } },
            },
          }),
        );
        report.throwIfAny();
        const { a, b } = resources[0]!.properties;
        expect(a).toBe(b);
        expect(a).toBe(values.every(Boolean) ? 2 : 1);
      }),
      { numRuns: 40 },
    );
  });

  it('blocks of Cidr are distinct, in order and within the block', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 28 }),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 0, max: 8 }),
        (bits, count, size) => {
          const blocks = cidrBlocks(`10.0.0.0/${bits}`, count, size);
          const fits = 32 - size >= bits && count <= 2 ** (32 - size - bits);
          expect(blocks !== undefined).toBe(fits);
          const starts = (blocks ?? []).map((one) =>
            one
              .split('/')[0]!
              .split('.')
              .reduce((sum, part) => sum * 256 + Number(part), 0),
          );
          starts.forEach((start, index) => {
            expect(start - starts[0]!).toBe(index * 2 ** size);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('texts with tokens are taken apart and put together again without loss', () => {
    const token = fc.constantFrom(
      nameToken('function', 'Fn'),
      arnToken('bucket', 'Data'),
      arnToken('state-machine', 'Flow'),
      ACCOUNT_ID,
      REGION,
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            text.filter((one) => !/[\uE000-\uF8FF]/.test(one)),
            token,
          ),
        ),
        (list) => {
          const whole = list.join('');
          const parts = partsOf(whole);
          expect(parts.map((part) => (part.kind === 'literal' ? part.text : textOfPart(part))).join('')).toBe(
            whole,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
