import { describe, expect, it } from 'vitest';
import {
  compareNumbers,
  decimal,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  MARK,
  memberKey,
  memberName,
  plainJson,
} from '../../../harness/core/json.ts';
import { JsonSyntaxError, parseJson } from '../../../harness/core/json-parse.ts';
import { printJson } from '../../../harness/core/json-print.ts';

describe('parseJson and printJson', () => {
  it.each([
    '1234567890123456789',
    '-9223372036854775808',
    '123456789012345678901234567890',
    '1.0',
    '0.0',
    '-0.0',
    '1.10',
    '1e3',
    '1E400',
    '0.1',
    '3.14159',
    '0.00000001',
    '{"2024":"b","2023":"a","name":"x"}',
    '{"a":{"10":1,"9":{"8":2.0}}}',
    '{"__proto__":{"1":1},"constructor":2}',
    '{"007":1,"4294967296":2,"99999999999":3}',
    '[1.0,{"x":[1234567890123456789]}]',
    '"2024"',
    '{"a":"1.0","b":"\\"2024\\":"}',
    `{"${MARK}1":1,"${MARK}${MARK}":"${MARK}"}`,
    '{"\\"":{"1":"\\\\"}}',
  ])('keep %s as it is', (text) => {
    expect(printJson(parseJson(text))).toBe(text);
  });

  it('take -0 for the integer 0, as Jackson does', () => {
    expect(printJson(parseJson('-0'))).toBe('0');
    expect(printJson(parseJson('[-0,1.0]'))).toBe('[0,1.0]');
  });

  it('leave out white space', () => {
    expect(printJson(parseJson(' { "2" : [ 1.0 , 2 ] , "1" : { } } '))).toBe('{"2":[1.0,2],"1":{}}');
  });

  it('read escapes in marked names', () => {
    expect(printJson(parseJson('{"\\u0032":1,"\\u0031":2}'))).toBe('{"2":1,"1":2}');
  });

  it('give plain values where those hold the text', () => {
    expect(parseJson('{"a":1,"b":[0.5,"x"]}')).toEqual({ a: 1, b: [0.5, 'x'] });
  });
});

describe('Jackson’s sentences', () => {
  it.each([
    [
      'not some json',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    ["{'a': 1", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name"],
    [
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
    ],
    ['{"a":"x"y}', "Unexpected character ('y' (code 121)): was expecting comma to separate Object entries"],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
    [
      '{"2024":1.0',
      'Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"2024":1.0"; line: 1, column: 1])',
    ],
  ])('%s', (text, message) => {
    expect(() => parseJson(text)).toThrow(JsonSyntaxError);
    expect(() => parseJson(text)).toThrow(message);
  });

  it('refuse nesting beyond 1,000', () => {
    const text = `${'['.repeat(1_001)}1.0${']'.repeat(1_001)}`;
    expect(() => parseJson(text)).toThrow('Document nesting depth (1001) exceeds the maximum allowed (1000');
  });
});

describe('numbers', () => {
  const number = (text: string) => parseJson(text) as number | JsonNumber;
  it.each([
    ['1', '1.0', 0],
    ['1234567890123456789', '1234567890123456788', 1],
    ['1234567890123456789', '1234567890123456789', 0],
    ['9007199254740993', '9007199254740992', 1],
    ['0.5', '1e0', -1],
  ])('compare %s with %s', (left, right, order) => {
    expect(Math.sign(compareNumbers(number(left), number(right)))).toBe(order);
  });

  it('print doubles as Java does', () => {
    expect([decimal(1), decimal(0), decimal(0.5)].map(printJson)).toEqual(['1.0', '0.0', '0.5']);
  });

  it('are no objects', () => {
    expect(isJsonObject(new JsonNumber('1.0'))).toBe(false);
  });
});

describe('member names', () => {
  it.each(['2024', '0', 'a', '01', `${MARK}x`, ''])('come back: %s', (name) => {
    expect(memberName(memberKey(name))).toBe(name);
  });

  it('are plain in plain values, which share what is plain already', () => {
    const value = parseJson('{"kept":{"a":[1]},"2":1.0,"1":[{"3":0}]}') as JsonObject;
    const plain = plainJson(value) as JsonObject;
    expect(JSON.stringify(plain)).toBe('{"1":[{"3":0}],"2":1,"kept":{"a":[1]}}');
    expect(plain['kept']).toBe(value['kept']);
  });
});
