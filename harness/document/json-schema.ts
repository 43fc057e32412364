/** JSON Schema (draft 2020-12) of document formats, from the zod schemas that also validate them. */
import { z } from 'zod';

export type SchemaNode = { [keyword: string]: unknown };

/** Where a value other than a text may stand, a reference such as `${files}` may too. */
const REFERENCE: SchemaNode = { type: 'string', pattern: '\\$\\{[^}]+\\}' };
const NOT_A_TEXT = new Set(['number', 'integer', 'boolean']);

/** A zod schema as the JSON Schema (draft 2020-12) of what a person writes. */
export function toJsonSchema(schema: z.ZodType): SchemaNode {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as SchemaNode;
}

/** Without what only the reference page reads; `properties` and `default` hold names and values, not keywords. */
export function withoutMarks(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutMarks);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([keyword, value]): [string, unknown][] => {
      if (keyword === 'keys' || keyword === 'id') return [];
      if (keyword === 'default') return [[keyword, value]];
      if (keyword !== 'properties' && keyword !== '$defs') return [[keyword, withoutMarks(value)]];
      const named = Object.entries(value as SchemaNode);
      return [[keyword, Object.fromEntries(named.map(([name, one]) => [name, withoutMarks(one)]))]];
    }),
  );
}

/** Allows `${...}` wherever a number, a choice or a truth value stands. */
export function withReferences(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withReferences);
  if (typeof node !== 'object' || node === null) return node;
  const schema = node as SchemaNode;
  if (NOT_A_TEXT.has(String(schema['type'])) || schema['enum'] !== undefined) {
    const { default: fallback, description, ...rest } = schema;
    return {
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
      anyOf: [rest, REFERENCE],
    };
  }
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      keyword === 'default' ? value : withReferences(value),
    ]),
  );
}
