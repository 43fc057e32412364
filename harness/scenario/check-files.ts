/** Files that a scenario names: they are there, where they may be, and what they should be. */

import { pointerParts, SchemaMistake, schemaCheck } from '../assertions/json-schema.ts';
import { readSchema } from '../assertions/object-schema.ts';
import { HarnessError } from '../core/errors.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource } from '../document/source.ts';
import type { CheckContext } from './check-context.ts';
import { fileOfScenario } from './file-of-scenario.ts';
import { referencesIn } from './judge-run.ts';
import { packRuns } from './pack-run.ts';
import type { Scenario } from './schema.ts';

/** JSON Schemas of objects: a keyword that does not exist would check nothing. */
export function checkSchemas(scenario: Scenario, folder: string, source: DocumentSource): Diagnostic[] {
  const { read } = referencesIn(folder, false);
  return (scenario.expect.objects ?? []).flatMap((one, index) => {
    if (!('key' in one) || one.schema === undefined) return [];
    const path = ['expect', 'objects', index, 'schema'];
    try {
      schemaCheck(readSchema(one.schema, read));
      return [];
    } catch (error) {
      if (!(error instanceof SchemaMistake)) throw error;
      const { message, pointer } = error;
      if (typeof one.schema !== 'string') {
        const at = [...path, ...pointerParts(pointer)];
        return [source.diagnose(at, `expect.objects[${index}].schema: ${message}`)];
      }
      const where = pointer === '' ? '' : `${one.schema}#${pointer}: `;
      return [source.diagnose(path, `${where}${message}`, { at: 'value' })];
    }
  });
}

/** Files of the step `put`: in the project's folder, and there; and buckets that a step has to name. */
export function checkPuts(scenario: Scenario, { project, folder, source }: CheckContext): Diagnostic[] {
  const buckets = Object.keys(project.buckets);
  const hasDefault = buckets.length === 1 || packRuns.of(project.pack) !== undefined;
  return scenario.steps.flatMap((step, index) => {
    const found: Diagnostic[] = [];
    const { put, delete: deleted, waitFor } = step;
    for (const [path, one] of [
      [['put'], put],
      [['delete'], deleted],
      [['waitFor', 'object'], waitFor?.object],
    ] as const) {
      if (!one || one.bucket !== undefined || hasDefault || ('partition' in one && one.partition)) continue;
      const hint = `Buckets of the project: ${buckets.join(', ') || 'none'}.`;
      found.push(source.diagnose(['steps', index, ...path], 'the step has to name its bucket', { hint }));
    }
    if (put?.file === undefined) return found;
    try {
      fileOfScenario(folder, project.folder, put.file);
      return found;
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      const { message, remedy } = error;
      const at = ['steps', index, 'put', 'file'];
      return [...found, source.diagnose(at, message, { at: 'value', ...(remedy ? { hint: remedy } : {}) })];
    }
  });
}
