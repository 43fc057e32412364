import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from '../../../../../harness/emulator/services/logs/filter-pattern/filter-pattern.ts';

/** Messages of the documentation's examples, or near them. */
const MESSAGES = [
  '[ERROR] A fatal exception has occurred',
  '[ERROR] Caught IllegalArgumentException',
  'Exiting with ERRORCODE: -1',
  'INFO All good: done',
  '{"level":"ERROR","n":3,"user":{"name":"ann","tags":["x","y"]},"gone":null,"ok":true,"ip":"123.4.5.6"}',
  '{"level":"INFO","n":12.5,"ok":false}',
  '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
];

const hits = (pattern: string) => {
  const matches = parseFilterPattern(pattern);
  return MESSAGES.flatMap((message, i) => (matches(message) ? [i] : []));
};

describe('filter patterns', () => {
  it.each<[string, number[]]>([
    ['', [0, 1, 2, 3, 4, 5, 6]],
    ['ERROR', [0, 1, 2, 4]],
    ['ERROR Exception', [1]],
    ['ERROR -Exiting', [0, 1, 4]],
    ['?fatal ?Caught', [0, 1]],
    ['"A fatal exception"', [0]],
    ['"All good:"', [3]],
    ['%ERROR(CODE)?%x', []],
    ['{ $.level = "ERROR" }', [4]],
    ['{ $.level = ERR* }', [4]],
    ['{ $.level != "ERROR" }', [5]],
    ['{ $.n > 3 }', [5]],
    ['{ $.n >= 3 && $.n < 12.6 }', [4, 5]],
    ['{ ($.n = 3 || $.n = 12.5) && $.ok IS TRUE }', [4]],
    ['{ $.user.name = "ann" }', [4]],
    ['{ $.user.tags[1] = "y" }', [4]],
    ['{ $.user.tags[*] = "x" }', [4]],
    ['{ $["user"].name = "ann" }', [4]],
    ['{ $.gone IS NULL }', [4]],
    ['{ $.gone NOT EXISTS }', [5]],
    ['{ $.ip = 123.4.* }', [4]],
    ['{ $.level = %^(?:)%  }', []],
    ['[ip, id, user, time, request, status=4*, size]', [6]],
    ['[ip, ..., size > 1600]', []],
    ['[..., status = 404 || status = 410, size]', [6]],
  ])('%s', (pattern, expected) => {
    if (pattern.includes('(CODE)') || pattern.includes('(?:)')) {
      expect(() => hits(pattern)).toThrow('Invalid filter pattern');
    } else expect(hits(pattern)).toEqual(expected);
  });

  it('reads regular expressions without groups', () => {
    expect(hits('%ERRORCODE: -[0-9]%')).toEqual([2]);
    expect(hits('{ $.ip = %^123[.]% }')).toEqual([4]);
  });

  it.each(['{ $.a', '{ a = 1 }', '{ $.a = 1 && }', '{ $.a ~ 1 }', '[a, b', '"open', '[..., ...]'])(
    'refuses %s',
    (pattern) => {
      expect(() => parseFilterPattern(pattern)).toThrow('Invalid filter pattern');
    },
  );

  it('refuses nesting nobody writes', () => {
    expect(() => parseFilterPattern(`{ ${'('.repeat(200)} $.a = 1 ${')'.repeat(200)} }`)).toThrow(
      'Invalid filter pattern',
    );
  });
});
