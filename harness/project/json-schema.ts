/** The project format as JSON Schema for editors, and as its reference page describes it. */
import type { DescribedFormat } from '../document/field-reference.ts';
import { type SchemaNode, toJsonSchema, withoutMarks } from '../document/json-schema.ts';
import { projectSchema } from './schema.ts';

/** Generated from the schema that also validates: the two cannot part. */
export function projectJsonSchema(): SchemaNode {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'cosmicai project',
    description: 'The functions, state machines, buckets and roles of a pipeline.',
    ...(withoutMarks(toJsonSchema(projectSchema)) as SchemaNode),
  };
}

export function renderProjectJsonSchema(): string {
  return `${JSON.stringify(projectJsonSchema(), null, 2)}\n`;
}

export const projectFormat = (): DescribedFormat => ({
  title: 'A project',
  root: toJsonSchema(projectSchema),
});
