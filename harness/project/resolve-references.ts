/** From what stands in substitutions and environments to references, with what they name checked. */
import { nearestName } from '../core/nearest-name.ts';
import type { Path } from '../document/source.ts';
import type { ResourceKind, ResourceNames } from './context.ts';
import type { Mistakes } from './mistakes.ts';
import type { Reference } from './project.ts';
import type { ReferenceFields } from './schema.ts';
import { parseText } from './text-parts.ts';

const WORDS: Record<ResourceKind, string> = {
  function: 'function',
  'state-machine': 'state machine',
  bucket: 'bucket',
  activity: 'activity',
};
const FIELDS = {
  function: 'function',
  stateMachine: 'state-machine',
  bucket: 'bucket',
  activity: 'activity',
} as const;

const resourceReference = (
  kind: ResourceKind,
  name: string,
  attribute: 'arn' | 'name' = kind === 'bucket' ? 'name' : 'arn',
): Reference => ({ kind, name, attribute });

/** In a substitution a text names a resource: one that names none is a typing mistake, not a literal. */
export function resolveSubstitution(
  fields: ReferenceFields,
  names: ResourceNames,
  path: Path,
  mistakes: Mistakes,
): Reference | undefined {
  if (typeof fields !== 'string') return resolveGroup(fields, names, path, mistakes);
  const kinds = kindsOf(fields, names);
  if (kinds.length === 1) return resourceReference(kinds[0]!, fields);
  const placeholder = String(path.at(-1));
  if (kinds.length > 1) {
    mistakes.at(
      path,
      `the substitution ${placeholder} is ambiguous: ${kinds.map((kind) => `a ${WORDS[kind]}`).join(' and ')} are named ${fields}`,
      `write {function: ${fields}} or the like`,
    );
    return undefined;
  }
  const all = Object.values(names).flatMap((some) => [...some]);
  const near = nearestName(fields, all);
  mistakes.at(
    path,
    `the substitution ${placeholder} cannot be resolved: no function, state machine, bucket or activity is named ${fields}`,
    `${near === undefined ? '' : `did you mean ${near}? `}A text that names nothing is written {literal: ${fields}}.`,
  );
  return undefined;
}

/** In an environment a text is a text, unless it is the name of a bucket: that one follows the bucket. */
export function resolveVariable(
  fields: ReferenceFields,
  names: ResourceNames,
  path: Path,
  mistakes: Mistakes,
): Reference | undefined {
  if (typeof fields !== 'string') return resolveGroup(fields, names, path, mistakes);
  return names.bucket.has(fields) ? resourceReference('bucket', fields) : { kind: 'literal', value: fields };
}

function resolveGroup(
  fields: Exclude<ReferenceFields, string>,
  names: ResourceNames,
  path: Path,
  mistakes: Mistakes,
): Reference | undefined {
  if (typeof fields !== 'object') return { kind: 'literal', value: String(fields) };
  if ('literal' in fields) return { kind: 'literal', value: String(fields.literal) };
  if ('text' in fields) return resolveText(fields.text, names, [...path, 'text'], mistakes);
  const [[field, name]] = Object.entries(fields) as [[keyof typeof FIELDS, string]];
  const kind = FIELDS[field];
  if (!requireName(kind, name, names, [...path, field], mistakes)) return undefined;
  return resourceReference(kind, name, fields.attribute);
}

function resolveText(
  text: string,
  names: ResourceNames,
  path: Path,
  mistakes: Mistakes,
): Reference | undefined {
  const { parts, unknown } = parseText(text);
  for (const one of unknown)
    mistakes.at(
      path,
      `\${${one}} is no name of the project or of the account`,
      `write \${functions.NAME.arn}, \${buckets.NAME.name}, \${AWS::Region} or the like, or \${!${one}} for the text itself`,
    );
  const missing = parts.filter(
    (part) =>
      part.kind !== 'literal' &&
      part.kind !== 'pseudo' &&
      part.kind !== 'role' &&
      !requireName(part.kind, part.name, names, path, mistakes),
  );
  return unknown.length + missing.length > 0 ? undefined : { kind: 'text', parts };
}

/** False, and a mistake, when the project has no resource of that kind and name. */
export function requireName(
  kind: ResourceKind,
  name: string,
  names: ResourceNames,
  path: Path,
  mistakes: Mistakes,
): boolean {
  if (names[kind].has(name)) return true;
  const known = [...names[kind]];
  const near = nearestName(name, known);
  mistakes.at(
    path,
    `the project has no ${WORDS[kind]} named ${name}`,
    near === undefined ? `it has ${known.join(', ') || 'none'}` : `did you mean ${near}?`,
  );
  return false;
}

const kindsOf = (name: string, names: ResourceNames): ResourceKind[] =>
  (Object.keys(names) as ResourceKind[]).filter((kind) => names[kind].has(name));
