import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntrinsicSyntaxError, parseIntrinsicCall } from '../../../harness/asl/data/intrinsic-call.ts';
import { compileJsonata, JsonataSyntaxError } from '../../../harness/asl/data/jsonata.ts';
import { PathSyntaxError, parsePath } from '../../../harness/asl/data/jsonpath.ts';
import { assignAt } from '../../../harness/asl/data/reference-path.ts';
import { AslFailure } from '../../../harness/asl/data/scope.ts';
import { compileTemplate } from '../../../harness/asl/data/template.ts';
import type { Json } from '../../../harness/core/json.ts';
import { scopeOf } from '../../unit/asl/data/scope-of.ts';

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const name = fc.constantFrom('a', 'b', 'list', 'deep name', "it's", '__proto__', 'constructor');
const segment = fc.oneof(
  name.map((text) => `[${JSON.stringify(text)}]`),
  fc.constantFrom(
    '.a',
    '.b',
    '.list',
    '..a',
    '.*',
    '[*]',
    '[0]',
    '[-1]',
    '[1:]',
    '[:-1]',
    '[0,1]',
    '[?(@.a)]',
    '.length()',
  ),
  fc.integer({ min: -5, max: 5 }).map((index) => `[${index}]`),
);
const path = fc
  .tuple(fc.constantFrom('$', '$$', '$v'), fc.array(segment, { maxLength: 5 }))
  .map(([root, segments]) => root + segments.join(''));
const textLikePath = fc.string({ unit: fc.constantFrom(...'$.[]*?@()\'",:!=<>&|ab01- '), maxLength: 24 });

/** Runs `work`; only the given classes of error may leave it. */
function allows<T>(errors: (abstract new (...values: never[]) => Error)[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errors.some((each) => error instanceof each)) return undefined;
    throw error;
  }
}

describe('paths', () => {
  it('parse or are refused, and then find something or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(path, textLikePath), json, (text, input) => {
        const parsed = allows([PathSyntaxError], () => parsePath(text));
        const found = parsed?.find(scopeOf(input, { variables: { v: input }, context: { a: input } }));
        if (parsed && !parsed.definite) expect(Array.isArray(found)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('slices are what Array.prototype.slice gives', () => {
    const bound = fc.option(fc.integer({ min: -8, max: 8 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.nat()), bound, bound, (list, from, to) => {
        const found = parsePath(`$[${from ?? ''}:${to ?? ''}]`).find(scopeOf(list));
        expect(found).toEqual(list.slice(from, to));
      }),
    );
  });

  it('what is assigned is found again, and the input stays', () => {
    const reference = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(reference, json, json, (names, input, value) => {
        const target = parsePath(`$.${names.join('.')}`);
        const before = JSON.stringify(input);
        const placed = allows([AslFailure], () => assignAt(target, input, value));
        expect(JSON.stringify(input)).toBe(before);
        if (placed !== undefined) expect(target.find(scopeOf(placed))).toEqual(value);
      }),
    );
  });
});

describe('templates', () => {
  it('give a value or fail as the language says', () => {
    const template = fc.dictionary(
      fc.constantFrom('x', 'x.$', 'y', 'y.$', '__proto__'),
      fc.oneof(path, json),
    );
    fc.assert(
      fc.property(template, json, (value, input) => {
        const compiled = allows([PathSyntaxError, IntrinsicSyntaxError, TypeError], () =>
          compileTemplate(value as Json),
        );
        const result = allows([AslFailure], () => compiled?.evaluate(scopeOf(input)));
        if (result !== undefined) expect(() => JSON.stringify(result)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('intrinsic functions', () => {
  const argument = fc.oneof(
    path,
    fc.constantFrom("'a'", "'{}'", "'\\{'", '1', '-2.5', 'true', 'null', 'States.UUID()', "''"),
  );
  const call = fc
    .tuple(
      fc.constantFrom(
        'Array',
        'ArrayPartition',
        'ArrayRange',
        'ArrayGetItem',
        'Format',
        'Hash',
        'MathAdd',
        'MathRandom',
        'JsonMerge',
        'StringToJson',
        'StringSplit',
        'Base64Decode',
        'Nope',
      ),
      fc.array(argument, { maxLength: 4 }),
    )
    .map(([fn, values]) => `States.${fn}(${values.join(', ')})`);

  it('parse or are refused, give a value or fail', () => {
    const anyText = fc.string({ unit: fc.constantFrom(..."States.Array(),'\\{}$ 1"), maxLength: 40 });
    fc.assert(
      fc.property(fc.oneof(call, anyText), json, (text, input) => {
        const parsed = allows([IntrinsicSyntaxError], () => parseIntrinsicCall(text));
        allows([AslFailure], () => parsed?.evaluate(scopeOf(input)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('Base64 comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        const encoded = parseIntrinsicCall('States.Base64Encode($)').evaluate(scopeOf(text));
        expect(parseIntrinsicCall('States.Base64Decode($)').evaluate(scopeOf(encoded))).toBe(
          text.toWellFormed(),
        );
      }),
    );
  });

  it('a partition holds every item once, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (list, size) => {
        const chunks = parseIntrinsicCall(`States.ArrayPartition($, ${size})`).evaluate(
          scopeOf(list),
        ) as number[][];
        expect(chunks.flat()).toEqual(list);
        expect(chunks.every((chunk) => chunk.length <= size && chunk.length > 0)).toBe(true);
      }),
    );
  });
});

describe('JSONata', () => {
  it('expressions parse or are refused, give JSON or fail', () => {
    const piece = fc.constantFrom(
      '$states',
      '.input',
      '.a',
      '[0]',
      '$x',
      ' + ',
      '1',
      '"s"',
      '(',
      ')',
      '[',
      ']',
      '$sum',
      '$map',
      ' := ',
      'function($i){',
      '}',
      ',',
      '$string',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), json, (pieces, input) => {
        const compiled = allows([JsonataSyntaxError], () =>
          compileJsonata(`{% ${pieces.join('')} %}`, 'Output'),
        );
        const result = allows([AslFailure], () => compiled?.evaluate(scopeOf(input)));
        if (compiled && result !== undefined) expect(JSON.stringify(result)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});
