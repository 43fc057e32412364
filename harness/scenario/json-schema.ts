/** The scenario format as JSON Schema (draft 2020-12), for completion and checks in editors. */
import { z } from 'zod';
import { matrixSchema } from './matrix.ts';
import { scenarioSchema } from './schema.ts';

export type SchemaNode = { [keyword: string]: unknown };

/** Where a value other than a text may stand, a reference such as `${files}` may too. */
const REFERENCE: SchemaNode = { type: 'string', pattern: '\\$\\{[^}]+\\}' };
const NOT_A_TEXT = new Set(['number', 'integer', 'boolean']);

/** Generated from the schema that also validates: the two cannot part. */
export function scenarioJsonSchema(): SchemaNode {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'cosmicai scenario',
    description:
      'What data the pipeline gets, how it is deployed, what it is asked, and what must come of it.',
    ...(withReferences(withoutMarks(scenarioNodes())) as SchemaNode),
  };
}

export function renderScenarioJsonSchema(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

const MATRIX = `axes with lists of values; each combination is one run, the first axis varying slowest. The values of a run stand for \`\${AXIS}\` anywhere in the file`;

/** The schema of a cell as JSON Schema, with the matrix; `keys` of a group tells what its names stand for. */
export function scenarioNodes(): SchemaNode {
  const schema = toJsonSchema(scenarioSchema);
  const properties = schema['properties'] as SchemaNode;
  return {
    ...schema,
    properties: { ...properties, matrix: { ...toJsonSchema(matrixSchema), description: MATRIX } },
  };
}

function toJsonSchema(schema: z.ZodType): SchemaNode {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest as SchemaNode;
}

/** Without what only the reference page reads; `properties` and `default` hold names and values, not keywords. */
function withoutMarks(node: unknown): unknown {
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
