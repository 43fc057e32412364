import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../../harness/core/json.ts';
import { decodeForm } from '../../../harness/emulator/http/codecs/query.ts';

const name = fc.stringMatching(/^[A-Z][A-Za-z]{0,6}$/);
const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 4 }),
    fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
  ),
}));

function* form(value: Json, path: string): Generator<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* form(item, `${path}.member.${i + 1}`);
  } else {
    for (const [member, inner] of Object.entries(value as object)) {
      yield* form(inner as Json, path === '' ? member : `${path}.${member}`);
    }
  }
}

it('members of a query form are what they were before', () => {
  fc.assert(
    fc.property(fc.dictionary(name, anyValue, { maxKeys: 4 }), (members) => {
      expect(decodeForm(form(members, ''))).toEqual(members);
    }),
  );
});

it('no name of a member reaches a prototype', () => {
  decodeForm([
    ['__proto__.polluted', 'yes'],
    ['constructor.prototype.polluted', 'yes'],
  ]);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});
