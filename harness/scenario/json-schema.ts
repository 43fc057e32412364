/** The scenario format as JSON Schema (draft 2020-12), for completion and checks in editors. */
import type { DescribedFormat } from '../document/field-reference.ts';
import { type SchemaNode, toJsonSchema, withoutMarks, withReferences } from '../document/json-schema.ts';
import { matrixSchema } from './matrix.ts';
import { scenarioSchemaFor } from './schema.ts';

/** Generated from the schema that also validates: the two cannot part. */
export function scenarioJsonSchema(pack?: string): SchemaNode {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'cosmicai scenario',
    description: 'What data a project gets, how it is deployed, what it is asked, and what must come of it.',
    ...(withReferences(withoutMarks(scenarioNodes(pack))) as SchemaNode),
  };
}

export function renderScenarioJsonSchema(pack?: string): string {
  return `${JSON.stringify(scenarioJsonSchema(pack), null, 2)}\n`;
}

const MATRIX = `axes with lists of values; each combination is one run, the first axis varying slowest. The values of a run stand for \`\${AXIS}\` anywhere in the file`;

/** The schema of a cell as JSON Schema, with the matrix; `keys` of a group tells what its names stand for. */
function scenarioNodes(pack: string | undefined): SchemaNode {
  const schema = toJsonSchema(scenarioSchemaFor(pack));
  const properties = schema['properties'] as SchemaNode;
  return {
    ...schema,
    properties: { ...properties, matrix: { ...toJsonSchema(matrixSchema), description: MATRIX } },
  };
}

/** The scenario format as its reference page describes it. */
export const scenarioFormat = (pack?: string): DescribedFormat => ({
  title: 'A scenario',
  root: scenarioNodes(pack),
  split: ['expect'],
});
