import { expect, it } from 'vitest';
import { objectProblem } from '../../../harness/record/object-problem.ts';

const problem = (key: string, type: string | undefined, text: string) =>
  objectProblem(key, type, Buffer.from(text));

it.each<[string, string | undefined, string]>([
  ['a.json', undefined, '{"a":1}'],
  ['a.json', 'application/json', '{"a":1}\n{"a":2}\n'],
  ['a.json', 'application/octet-stream', ''],
  ['a.csv', 'text/csv', '# comment\nid,a\n1,2\n'],
  ['a.csv', 'text/csv', 'id,a\n1,"x,y\nz"\n'],
  ['page', 'text/html; charset=utf-8', '<!doctype html><p>x</p>'],
  ['index.html', 'text/html', 'no tag at all'],
  ['a.bin', 'image/png', 'bytes'],
  ['a.txt', undefined, 'text'],
])('takes %s as %s', (key, type, text) => {
  expect(problem(key, type, text)).toBeUndefined();
});

it.each<[string, string | undefined, string, RegExp]>([
  ['a.json', undefined, '{"a":', /is no JSON/],
  ['a.json', undefined, '[1, NaN]', /is no JSON/],
  ['a', 'application/json', 'x', /is no JSON/],
  ['a.jsonl', undefined, '{"a":1}\n{"a"', /lines that are no JSON/],
  ['a.csv', undefined, 'id,a,b\n1,2,3\n4,5', /ends with a row of 2 cells, its header has 3/],
  ['a.csv', undefined, 'id,a\n1,"x', /ends within a quoted cell/],
  ['a.json', 'text/html', '{"a":1}', /text\/html, but is no page/],
  ['a.html', 'application/json', '<p>', /is a page by its name/],
  ['a.json', 'image/png', '{}', /image\/png, but the extension \.json/],
])('refuses %s as %s with %j', (key, type, text, message) => {
  expect(problem(key, type, text)).toMatch(message);
});

it('looks at the type alone of content that is not read', () => {
  expect(objectProblem('a.json', 'application/json', undefined)).toBeUndefined();
  expect(objectProblem('a.json', 'video/mp4', undefined)).toMatch(/video\/mp4/);
});
