import { describe, expect, it } from 'vitest';
import { type SchemaMistake, schemaCheck } from '../../../harness/assertions/json-schema.ts';
import { objects, objectsToCollect } from '../../../harness/assertions/objects.ts';
import type { Json } from '../../../harness/core/json.ts';
import { sampleEvidence } from './sample-record.ts';

const RESULT = { type: 'object', required: ['rank'], properties: { rank: { type: 'integer', minimum: 0 } } };

function judge(schema: unknown, contents: Json[], files?: Record<string, string>) {
  const evidence = sampleEvidence((record) => {
    record.objects = contents.map((content, index) => ({
      ...record.objects[0]!,
      key: `${index}.json`,
      content,
    }));
  });
  const references = files && { update: false, read: (path: string) => files[path], write: () => {} };
  const [, verdict] = objects.evaluate(objects.schema.parse([{ key: '*.json', schema }]), {
    ...evidence,
    ...(references ? { references } : {}),
  });
  return verdict!;
}

describe('expect.objects[].schema', () => {
  it('passes what keeps it', () => {
    expect(judge(RESULT, [{ rank: 0 }, { rank: 1, more: true }])).toMatchObject({
      name: 'schema of *.json',
      outcome: 'passed',
      path: [0, 'schema'],
      actual: 'holds in 2 objects',
    });
  });

  it('names the key and the JSON pointer of what does not', () => {
    expect(judge(RESULT, [{ rank: 0 }, { rank: -1 }, {}])).toMatchObject({
      outcome: 'failed',
      actual: "1.json: #/rank must be >= 0, 2.json: # must have required property 'rank'",
    });
    const list = { type: 'array', items: RESULT };
    expect(judge(list, [[{ rank: 0 }, { rank: 'x' }]]).actual).toBe('0.json: #/1/rank must be integer');
    const closed = { properties: { 'a/b': { enum: ['x', 1] } }, additionalProperties: false };
    expect(judge(closed, [{ 'a/b': 'y', z: 1 }]).actual).toBe(
      '0.json: # must NOT have additional properties: z and #/a~1b must be equal to one of the allowed values: "x", 1',
    );
  });

  it('reads a file, and says so where there are none', () => {
    const files = { 'result.schema.json': JSON.stringify(RESULT) };
    expect(judge('result.schema.json', [{ rank: 1 }], files).outcome).toBe('passed');
    expect(judge('result.schema.json', [{ rank: -1 }], files)).toMatchObject({
      outcome: 'failed',
      expected: 'follows result.schema.json',
    });
    expect(judge('result.schema.json', [{ rank: 1 }]).outcome).toBe('not judged');
  });

  it('needs the contents of the objects', () => {
    const expected = objects.schema.parse([{ key: 'a.json', schema: {} }]);
    expect(objectsToCollect(expected).contentOf).toEqual(['a.json']);
  });
});

describe('schemaCheck', () => {
  it.each<[string, Json, unknown, boolean]>([
    ['2020-12: prefixItems', { prefixItems: [{ const: 1 }], items: false }, [1, 2], false],
    [
      '2020-12: unevaluatedProperties',
      { properties: { a: {} }, unevaluatedProperties: false },
      { b: 1 },
      false,
    ],
    ['a format', { format: 'date-time' }, 'yesterday', false],
    ['a format', { format: 'date-time' }, '2026-11-23T10:00:00Z', true],
    ['$ref', { $defs: { n: { type: 'number' } }, $ref: '#/$defs/n' }, 'x', false],
    [
      'draft-07: items as a list',
      { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ const: 1 }], additionalItems: false },
      [1, 2],
      false,
    ],
    [
      '2019-09: $recursiveRef',
      {
        $schema: 'https://json-schema.org/draft/2019-09/schema',
        properties: { next: { $recursiveRef: '#' } },
        additionalProperties: false,
      },
      { next: { next: { other: 1 } } },
      false,
    ],
    ['false', false, 1, false],
  ])('%s', (_, schema, value, kept) => {
    expect(schemaCheck(schema)(value).length === 0).toBe(kept);
  });

  it.each<[string, Json, string, RegExp]>([
    [
      'a keyword misspelt',
      { properties: { a: { requird: ['b'] } } },
      '/properties/a/requird',
      /did you mean "required"/,
    ],
    [
      'a type misspelt',
      { properties: { a: { type: 'integr' } } },
      '/properties/a/type',
      /allowed values: "array", "boolean"/,
    ],
    ['a list', [], '', /a group of keywords/],
    ['a dialect', { $schema: 'http://json-schema.org/draft-04/schema#' }, '/$schema', /known are draft-07/],
    ['a reference', { $ref: '#/$defs/none' }, '', /can't resolve reference/],
    ['an expression', { pattern: '(' }, '', /Invalid regular expression/],
  ])('refuses %s', (_, schema, pointer, message) => {
    expect(() => schemaCheck(schema)).toThrow(message);
    try {
      schemaCheck(schema);
    } catch (error) {
      expect((error as SchemaMistake).pointer).toBe(pointer);
    }
  });
});
