import { describe, expect, it } from 'vitest';
import {
  explainMissing,
  findRequired,
  isReferencePath,
  PathSyntaxError,
  parsePath,
} from '../../../../harness/asl/data/jsonpath.ts';
import type { Json } from '../../../../harness/core/json.ts';
import { scopeOf } from './scope-of.ts';

const STORE = {
  store: {
    book: [
      { category: 'reference', author: 'Rees', title: 'Sayings', price: 8.95 },
      { category: 'fiction', author: 'Waugh', title: 'Sword', price: 12.99 },
      { category: 'fiction', author: 'Melville', title: 'Moby Dick', isbn: '0-553', price: 8.99 },
      { category: 'fiction', author: 'Tolkien', title: 'Rings', isbn: '0-395', price: 22.99 },
    ],
    bicycle: { color: 'red', price: 19.95 },
  },
  expensive: 10,
  'a b': { "it's": 1 },
  empty: [],
  nothing: null,
};

const titles = (...indices: number[]) => indices.map((i) => STORE.store.book[i]!.title);

describe('paths', () => {
  const found: [string, Json | undefined][] = [
    ['$', STORE as Json],
    ['$.expensive', 10],
    ['$.nothing', null],
    ['$.store.bicycle.color', 'red'],
    ["$['store']['bicycle']['color']", 'red'],
    ['$["a b"]["it\'s"]', 1],
    ["$['a b']['it\\'s']", 1],
    ['$.store.book[0].author', 'Rees'],
    ['$.store.book[-1].author', 'Tolkien'],
    ['$.store.book[9]', undefined],
    ['$.missing', undefined],
    ['$.expensive ', 10],
    ['$.store.book[?(@.author==Rees)].title', titles(0)],
    ['$.store.book[?(@.author != Rees && @.category==fiction)].title', titles(1, 2, 3)],
    ['$.store.book[?(@.title=="Moby Dick")].author', ['Melville']],
    ['$.expensive.deeper', undefined],
    ['$.store.book[*].title', titles(0, 1, 2, 3)],
    ['$.store.book[0,2].title', titles(0, 2)],
    ['$.store.book[1:3].title', titles(1, 2)],
    ['$.store.book[-2:].title', titles(2, 3)],
    ['$.store.book[:2].title', titles(0, 1)],
    ['$.store.book[::2].title', titles(0, 2)],
    ['$.store..price', [8.95, 12.99, 8.99, 22.99, 19.95]],
    ['$..book[2].title', ['Moby Dick']],
    ['$.store.*.color', ['red']],
    ['$.store.book[?(@.price < 10)].title', titles(0, 2)],
    ['$.store.book[?(@.isbn)].title', titles(2, 3)],
    ['$.store.book[?(!(@.isbn))].title', titles(0, 1)],
    ["$.store.book[?(@.category == 'fiction' && @.price > 20)].title", titles(3)],
    ["$.store.book[?(@.author == 'Rees' || @.author == 'Waugh')].title", titles(0, 1)],
    ['$.store.book[?(@.price <= $.expensive)].title', titles(0, 2)],
    ["$.store.book[?(@.author in ['Rees', 'Melville'])].title", titles(0, 2)],
    ["$.store.book[?(@.title contains 'Dick')].title", titles(2)],
    ["$.store.bicycle['color','price']", { color: 'red', price: 19.95 }],
    ["$.store.book[0]['author','nope']", { author: 'Rees' }],
    ['$.store.book.length()', 4],
    ['$.store.book[*].price.max()', 22.99],
    ['$.empty[*]', []],
    ['$.missing[*]', []],
  ];
  it.each(found)('%s', (text, expected) => {
    expect(parsePath(text).find(scopeOf(STORE as Json))).toEqual(expected);
  });

  it('starts from the context object and from variables', () => {
    const scope = scopeOf({}, { context: { Execution: { Name: 'run' } }, variables: { list: [1, 2] } });
    expect(parsePath('$$.Execution.Name').find(scope)).toBe('run');
    expect(parsePath('$list[1]').find(scope)).toBe(2);
    expect(parsePath('$none').find(scope)).toBeUndefined();
  });

  it('hands out the very same value, never a copy', () => {
    expect(parsePath('$.store').find(scopeOf(STORE as Json))).toBe(STORE.store);
  });

  it('does not see inherited members', () => {
    expect(parsePath('$.constructor').find(scopeOf({}))).toBeUndefined();
    expect(parsePath('$.__proto__').find(scopeOf({}))).toBeUndefined();
  });

  const broken = [
    '',
    'x',
    'a.b',
    '$.',
    '$..',
    '$[',
    '$[]',
    '$[a]',
    "$['a",
    '$.a b',
    '$[?(@.a ==)]',
    '$.a.b()',
    '$[1:2:0]',
    '$[?@.a]',
  ];
  it.each(broken)('refuses %j', (text) => {
    expect(() => parsePath(text)).toThrow(PathSyntaxError);
  });

  it('bounds the nesting of filters instead of the stack', () => {
    expect(() => parsePath(`$[?(${'!'.repeat(50_000)}@.a)]`)).toThrow(PathSyntaxError);
    expect(() => parsePath(`$${'[?(@'.repeat(5_000)}`)).toThrow(PathSyntaxError);
  });

  it('walks data of any depth', () => {
    let deep: Json = 1;
    for (let i = 0; i < 50_000; i++) deep = [deep];
    expect(parsePath('$..x').find(scopeOf(deep))).toEqual([]);
  });
});

describe('what is missing, in words of Jayway JsonPath', () => {
  const input = { a: { b: 1 }, list: [1] };
  const explained: [string, string][] = [
    ['$.NoSuch', "No results for path: $['NoSuch']"],
    ['$.no.such.result.path', "Missing property in path $['no']"],
    ['$.a.c', "No results for path: $['a']['c']"],
    ['$.list[3]', "No results for path: $['list'][3]"],
    [
      '$.a.b.c',
      "Expected to find an object with property ['c'] in path $['a']['b'] but found 'com.fasterxml.jackson.databind.node.IntNode'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.",
    ],
    ['$.a[0]', 'Filter: [0] can only be applied to arrays. Current context is: {"b":1}'],
  ];
  it.each(explained)('%s', (text, message) => {
    expect(explainMissing(parsePath(text), scopeOf(input))).toBe(message);
    expect(() => findRequired(parsePath(text), scopeOf(input))).toThrow(
      `Invalid path '${text}' : ${message}`,
    );
  });
});

describe('reference paths', () => {
  it.each([
    ['$', true],
    ['$.a.b[0]', true],
    ['$.a[*]', false],
    ['$..a', false],
    ['$.a[-1]', false],
    ['$.a[0:1]', false],
  ])('%s: %s', (text, expected) => {
    expect(isReferencePath(parsePath(text))).toBe(expected);
  });
});

describe('quoted names', () => {
  // Recorded case test_base_scenarios (2025-02): a backslash is part of the name.
  it.each([
    [`$['a\\"b']`, 1],
    [`$['a"b']`, 2],
    [`$['a\\\\b']`, 3],
  ])('%s', (path, value) => {
    const input = { 'a\\"b': 1, 'a"b': 2, 'a\\\\b': 3 };
    expect(parsePath(path).find(scopeOf(input))).toBe(value);
  });
});

describe('a path that selects too much', () => {
  it('fails instead of running on', () => {
    const deep = (depth: number): Json =>
      depth === 0 ? 1 : [deep(depth - 1), deep(depth - 1), deep(depth - 1)];
    const path = parsePath(`$${'..*'.repeat(9)}`);
    expect(() => path.find(scopeOf(deep(10)))).toThrow(/selects too many values/);
  });
});
