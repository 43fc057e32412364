import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, plainJson } from '../../../../harness/core/json.ts';
import { JsonSplitter } from '../../../../harness/emulator/services/stepfunctions/item-readers/json-splitter.ts';

/** Splits `text` in pieces of `size` characters. */
function split(text: string, pointer?: string, size = 3): Json[] {
  const splitter = new JsonSplitter(pointer);
  const found: Json[] = [];
  for (let at = 0; at < text.length && !splitter.done; at += size)
    found.push(...splitter.push(text.slice(at, at + size)));
  splitter.end();
  return found.map((item) => plainJson(item));
}

describe('JsonSplitter', () => {
  it.each([
    ['[]', '', []],
    ['[ ]', '', []],
    ['[1]', '', [1]],
    [
      '  [1, "a,b]", {"x": [1, {"y": "}"}]}, null, true]  ',
      '',
      [1, 'a,b]', { x: [1, { y: '}' }] }, null, true],
    ],
    ['["\\"]"]', '', ['"]']],
    ['{"a": [0], "b": {"c": [1, 2]}}', '/b/c', [1, 2]],
    ['{"b": {"d": [9], "c": {"e": [1]}, "f": 3}}', '/b/c/e', [1]],
    ['[[1], [2, 3]]', '/1', [2, 3]],
    ['{"a/b": {"m~n": [7]}}', '/a~1b/m~0n', [7]],
    [
      '{"o": {"k": 1, "l": [2]}}',
      '/o',
      [
        { Key: 'k', Value: 1 },
        { Key: 'l', Value: [2] },
      ],
    ],
    ['{"list": "[1,2]", "items": [3]}', '/items', [3]],
  ])('reads %s at "%s"', (text, pointer, expected) => {
    expect(split(text, pointer)).toEqual(expected);
  });

  it.each([
    ['{"Hello": "world"}', undefined, 'Attempting to map over non-iterable node.'],
    ['12', '', 'Attempting to map over non-iterable node.'],
    ['{"a": 5}', '/a', 'Attempting to map over non-iterable node.'],
    ['{"a": [1]}', '/b', "The ItemsPointer '/b' does not refer to a value of the JSON file."],
    ['[1, 2', '', 'The JSON file ends before its array does.'],
    ['', '', 'The JSON file is empty.'],
    ['[1]', 'a', "The ItemsPointer 'a' is not a JSON pointer."],
  ])('refuses %s at "%s"', (text, pointer, cause) => {
    expect(() => split(text, pointer)).toThrow(cause);
  });

  it('finds what JSON.parse finds, however the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(4),
        (items, size, indent) => {
          const plain = JSON.parse(JSON.stringify(items)) as Json[];
          expect(split(JSON.stringify(plain, null, indent), '', size)).toEqual(plain);
          const nested = JSON.stringify(
            { before: plain, deep: [0, { here: plain }], after: 1 },
            null,
            indent,
          );
          expect(split(nested, '/deep/1/here', size)).toEqual(plain);
        },
      ),
    );
  });
});
