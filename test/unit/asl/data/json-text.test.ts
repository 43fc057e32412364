import { expect, it } from 'vitest';
import { JsonText } from '../../../../harness/asl/data/json-text.ts';

it('keeps the text of a value nobody touched and prints new ones compactly', () => {
  const input = JsonText.parse('[ 1,  {"a" : 2} ]');
  expect(input.carry(input.value).text).toBe('[ 1,  {"a" : 2} ]');
  expect(input.carry([1, { a: 2 }]).text).toBe('[1,{"a":2}]');
});

it('counts UTF-8 bytes', () => {
  expect(new JsonText('ä€').sizeBytes).toBe(7);
});
