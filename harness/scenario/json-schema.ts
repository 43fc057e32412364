/** The scenario format as JSON Schema (draft 2020-12), for completion and checks in editors. */
import { z } from 'zod';
import { matrixSchema } from './matrix.ts';
import { scenarioSchema } from './schema.ts';

type SchemaNode = { [keyword: string]: unknown };

/** Where a value other than a text may stand, a reference such as `${files}` may too. */
const REFERENCE: SchemaNode = { type: 'string', pattern: '\\$\\{[^}]+\\}' };
const NOT_A_TEXT = new Set(['number', 'integer', 'boolean']);

/** Generated from the schema that also validates: the two cannot part. */
export function scenarioJsonSchema(): SchemaNode {
  const schema = toJsonSchema(scenarioSchema);
  const properties = schema['properties'] as SchemaNode;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'cosmicai scenario',
    description:
      'What data the pipeline gets, how it is deployed, what it is asked, and what must come of it.',
    ...(withReferences({
      ...schema,
      properties: { ...properties, matrix: toJsonSchema(matrixSchema) },
    }) as SchemaNode),
  };
}

export function renderScenarioJsonSchema(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

function toJsonSchema(schema: z.ZodType): SchemaNode {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as SchemaNode;
}

/** Allows `${...}` wherever a number, a choice or a truth value stands. */
function withReferences(node: unknown): unknown {
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
