/** The definition of a state machine of a template: its file with substitutions, or a file made of what stands inline. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import type { Path } from '../../../document/source.ts';
import { placeholdersIn } from '../../placeholders.ts';
import { readDefinition } from '../../read-definition.ts';
import type { TemplateResource } from '../resolve-template.ts';
import { partsOf, type TextPart, textOfPart } from '../tokens.ts';
import { isGroup, textOf } from '../value.ts';
import { packageOf } from './code.ts';
import type { ProjectDraft } from './project-draft.ts';

/** `definition` and `substitutions` of a project; undefined after a mistake that is reported. */
export function importDefinition(resource: TemplateResource, draft: ProjectDraft): JsonObject | undefined {
  const { logicalId, properties, path } = resource;
  const given = isGroup(properties['DefinitionSubstitutions']) ? properties['DefinitionSubstitutions'] : {};
  const at: Path = [...path, 'Properties'];
  const inline = inlineDefinition(resource, draft);
  if (inline !== undefined) {
    const values: Record<string, Json> = { ...given };
    const definition = withPlaceholders(inline, values);
    const file = `statemachines/${logicalId}.asl.json`;
    const written = draft.writeFile(file, `${JSON.stringify(definition, null, 2)}\n`);
    return { definition: written, ...substitutionsOf(definition, values, draft) };
  }
  const location = properties['DefinitionS3Location'];
  if (location === undefined) {
    if (properties['DefinitionString'] === undefined && properties['Definition'] === undefined)
      draft.report(
        at,
        `the state machine ${logicalId} has no definition`,
        'write DefinitionUri or Definition',
      );
    return undefined;
  }
  const code = isGroup(location)
    ? { S3Bucket: location['Bucket'] ?? '', S3Key: location['Key'] ?? '' }
    : location;
  const packaged = isGroup(location)
    ? packageOf({ ...resource, properties: { DefinitionS3Location: code } }, draft, 'DefinitionS3Location')?.[
        'code'
      ]
    : undefined;
  if (isGroup(location) && packaged === undefined) return undefined;
  const named = packaged === undefined ? textOf(location)! : String(packaged);
  const file = resolve(draft.folder, named);
  if (!existsSync(file)) {
    draft.report(
      [...at, 'DefinitionUri'],
      `the definition ${named} of the state machine ${logicalId} does not exist`,
      'paths are relative to the template',
    );
    return undefined;
  }
  const read = readDefinition(file, file);
  if ('mistakes' in read) {
    for (const one of read.mistakes)
      draft.report([...at, 'DefinitionUri'], `${one.file}:${one.line}: ${one.message}`);
    return undefined;
  }
  return { definition: draft.pathTo(file), ...substitutionsOf(read.definition, given, draft) };
}

function inlineDefinition(
  { logicalId, properties, path }: TemplateResource,
  draft: ProjectDraft,
): JsonObject | undefined {
  if (isGroup(properties['Definition'])) return properties['Definition'];
  const text = properties['DefinitionString'];
  if (typeof text !== 'string') return isGroup(text) ? text : undefined;
  try {
    const value = JSON.parse(text) as Json;
    if (isJsonObject(value)) return value;
    draft.report(
      [...path, 'Properties', 'DefinitionString'],
      `the definition of ${logicalId} is no JSON object`,
    );
  } catch (error) {
    draft.report(
      [...path, 'Properties', 'DefinitionString'],
      `the definition of ${logicalId} is malformed JSON: ${(error as Error).message}`,
    );
  }
  return undefined;
}

/** A value for each placeholder; one that CloudFormation would leave as it is stands for itself. */
function substitutionsOf(
  definition: JsonObject,
  values: Readonly<Record<string, Json>>,
  draft: ProjectDraft,
): JsonObject {
  const names = [...new Set(placeholdersIn(definition).map(({ name }) => name))];
  if (names.length === 0) return {};
  return {
    substitutions: Object.fromEntries(
      names.map((name) => {
        const value = values[name];
        return [
          name,
          value === undefined
            ? { literal: `\${${name}}` }
            : draft.referenceOf(textOf(value) ?? JSON.stringify(value)),
        ];
      }),
    ),
  };
}

const NAMES: Readonly<Record<string, string>> = { arn: 'Arn', name: 'Name' };

/** The definition with placeholders in the place of what is known later; `values` gets what they stand for. */
function withPlaceholders(definition: JsonObject, values: Record<string, Json>): JsonObject {
  const placeholderOf = (part: Exclude<TextPart, { kind: 'literal' }>): string => {
    const base = part.kind === 'pseudo' ? part.name : `${part.logicalId}${NAMES[part.attribute]}`;
    const text = textOfPart(part);
    let name = base;
    for (let count = 2; values[name] !== undefined && values[name] !== text; count++)
      name = `${base}${count}`;
    values[name] = text;
    return `\${${name}}`;
  };
  const walk = (value: Json): Json => {
    if (typeof value === 'string')
      return partsOf(value)
        .map((part) => (part.kind === 'literal' ? part.text : placeholderOf(part)))
        .join('');
    if (Array.isArray(value)) return value.map(walk);
    return isGroup(value)
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]))
      : value;
  };
  return walk(definition) as JsonObject;
}
