// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the product's own references
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findMismatch } from '../../harness/assertions/partial-match.ts';
import type { Json } from '../../harness/core/json.ts';
import { editDistance, nearestName } from '../../harness/core/nearest-name.ts';
import { InvalidDocument } from '../../harness/document/diagnostics.ts';
import { registerPacks } from '../../harness/packs/register.ts';
import { readScenario } from '../../harness/scenario/load.ts';
import { expandMatrix } from '../../harness/scenario/matrix.ts';
import { substitute } from '../../harness/scenario/substitute.ts';

registerPacks();

const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe('scenario files', () => {
  /** Reads a text; anything but a scenario or a `InvalidDocument` with good places is a failure of the test. */
  const readOrRefuse = (text: string) => {
    try {
      readScenario('any.yaml', text);
    } catch (error) {
      if (!(error instanceof InvalidDocument)) throw error;
      const lines = text.split('\n');
      for (const { line, column } of error.diagnostics) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
      }
    }
  };

  it('are read or refused with a place, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-{}[],"\'&*!|>%@ \n\t#0') }), readOrRefuse),
    );
  });

  it('are read or refused with a place, whatever the values', () => {
    const base = {
      apiVersion: 'cosmicai/v1',
      kind: 'Scenario',
      name: 'x',
      dataset: { generate: { samples: 1, count: 1 } },
    };
    const field = fc.constantFrom(
      'name',
      'tags',
      'seed',
      'matrix',
      'dataset',
      'deploy',
      'execution',
      'expect',
      'thresholds',
    );
    fc.assert(
      fc.property(field, json, (name, value) => readOrRefuse(stringify({ ...base, [name]: value }))),
      { numRuns: 300 },
    );
  });

  it('keep their expectations whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('output', 'results', 'states', 'objects', 'predictions', 'complete', 'jsonata'),
        json,
        (name, value) => {
          readOrRefuse(
            stringify({
              apiVersion: 'cosmicai/v1',
              kind: 'Scenario',
              name: 'x',
              dataset: { generate: { samples: 1, count: 1 } },
              expect: { [name]: value },
            }),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('matrix', () => {
  const axes = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
  );
  it('has a cell for each combination, and each once', () => {
    fc.assert(
      fc.property(axes, (matrix) => {
        const cells = expandMatrix({ axes: matrix, include: [], exclude: [] });
        expect(cells.length).toBe(
          Object.values(matrix).reduce((product, values) => product * values.length, 1),
        );
        expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(cells.length);
      }),
    );
  });
});

describe('substitution', () => {
  it('leaves values without references as they are', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(!JSON.stringify(value).includes('${'));
        expect(substitute(value, { a: 1 }, [])).toEqual(value);
      }),
    );
  });
});

describe('partial match', () => {
  // Objects made of `lt`, `eq`, ... are limits, not values.
  const plain = json.filter((value) => !/"(lt|lte|gt|gte|eq|abs|soft)":/.test(JSON.stringify(value)));
  it('finds every value like itself', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(findMismatch(value, value)).toBeUndefined();
      }),
    );
  });

  it('finds a member more no harm, a member less one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), plain, { minKeys: 1 }), (value) => {
        expect(findMismatch(value, { ...value, further: 1 })).toBeUndefined();
        const [first] = Object.keys(value);
        const { [first!]: _removed, ...rest } = value;
        expect(findMismatch(value, rest)).toBeDefined();
      }),
    );
  });
});

describe('nearest name', () => {
  const word = fc.stringMatching(/^[a-z]{1,10}$/);
  it('is measured by a distance', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });

  it('is the name itself where it is known', () => {
    fc.assert(
      fc.property(word, fc.array(word), (name, others) => {
        expect(nearestName(name, [...others, name])).toBe(name);
      }),
    );
  });
});
