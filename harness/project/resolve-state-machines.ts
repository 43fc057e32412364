import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { validate } from '../asl/validate/validate.ts';
import type { Path } from '../document/source.ts';
import type { ProjectContext } from './context.ts';
import { substituteDefinition } from './placeholders.ts';
import type { ProjectStateMachine, Reference, TextPart } from './project.ts';
import { type DefinitionFile, placeholderMistake, readDefinition } from './read-definition.ts';
import { nearby } from './resolve-code.ts';
import { resolveSubstitution } from './resolve-references.ts';
import { requireRole } from './resolve-roles.ts';
import type { ProjectFields, ReferenceFields } from './schema.ts';

export function resolveStateMachines(
  machines: ProjectFields['stateMachines'],
  context: ProjectContext,
): Record<string, ProjectStateMachine> {
  return Object.fromEntries(
    Object.entries(machines).flatMap(([name, fields]) => {
      const resolved = resolveStateMachine(name, fields, context);
      return resolved === undefined ? [] : [[name, resolved] as const];
    }),
  );
}

type MachineFields = ProjectFields['stateMachines'][string];

function resolveStateMachine(
  name: string,
  fields: MachineFields,
  context: ProjectContext,
): ProjectStateMachine | undefined {
  const { folder, mistakes, source } = context;
  const path = typeof fields === 'string' ? fields : fields.definition;
  const at: Path = ['stateMachines', name];
  const atFile: Path = typeof fields === 'string' ? at : [...at, 'definition'];
  const { type, logging, role, substitutions } =
    typeof fields === 'string'
      ? {
          type: 'STANDARD' as const,
          logging: { level: 'OFF' as const, includeExecutionData: false },
          role: undefined,
          substitutions: {},
        }
      : fields;
  requireRole(role, at, context);
  const file = resolve(folder, path);
  if (!existsSync(file)) {
    mistakes.at(atFile, `the definition ${path} of the state machine ${name} does not exist`, nearby(file));
    return undefined;
  }
  if (!/\.(?:json|ya?ml)$/.test(path)) {
    mistakes.at(
      atFile,
      `${path} of the state machine ${name} is neither JSON nor YAML`,
      'name an .asl.json or .asl.yaml file',
    );
    return undefined;
  }
  const read = readDefinition(file, join(dirname(source.file), path));
  if ('mistakes' in read) {
    mistakes.add(...read.mistakes);
    return undefined;
  }
  const resolved = resolveSubstitutions(name, substitutions, read, context);
  if (resolved === undefined) return undefined;
  checkDefinition(read, type, resolved, context);
  return {
    name,
    type,
    file,
    definition: read.definition,
    substitutions: resolved,
    logging: {
      level: logging.level,
      includeExecutionData: logging.includeExecutionData,
      ...('retentionDays' in logging && logging.retentionDays !== undefined
        ? { retentionDays: logging.retentionDays }
        : {}),
    },
    ...(role === undefined ? {} : { role }),
  };
}

/** Undefined when a placeholder has no value, or a value no placeholder. */
function resolveSubstitutions(
  machine: string,
  substitutions: Readonly<Record<string, ReferenceFields>>,
  file: DefinitionFile,
  { names, mistakes }: ProjectContext,
): Record<string, Reference> | undefined {
  const at: Path = ['stateMachines', machine, 'substitutions'];
  const before = mistakes.count;
  const resolved = Object.entries(substitutions).flatMap(([placeholder, fields]): [string, Reference][] => {
    if (!file.placeholders.includes(placeholder)) {
      mistakes.at(
        [...at, placeholder],
        `the substitution ${placeholder} of the state machine ${machine} is unused: its definition has no \${${placeholder}}`,
        `remove it, or use it; the definition has ${file.placeholders.map((one) => `\${${one}}`).join(', ') || 'no placeholders'}`,
      );
      return [];
    }
    const reference = resolveSubstitution(fields, names, [...at, placeholder], mistakes);
    return reference === undefined ? [] : [[placeholder, reference]];
  });
  for (const placeholder of file.placeholders) {
    if (Object.hasOwn(substitutions, placeholder)) continue;
    mistakes.add(
      placeholderMistake(
        file,
        placeholder,
        `the placeholder \${${placeholder}} of the state machine ${machine} is unresolved: no substitution gives it a value`,
        `add it to stateMachines.${machine}.substitutions in cosmicai.yaml, such as ${placeholder}: ${[...names.function][0] ?? 'FUNCTION'}`,
      ),
    );
  }
  return mistakes.count > before ? undefined : Object.fromEntries(resolved);
}

/** What Step Functions would refuse, with example ARNs in the place of references. */
function checkDefinition(
  { definition, source }: DefinitionFile,
  type: 'STANDARD' | 'EXPRESS',
  substitutions: Readonly<Record<string, Reference>>,
  { mistakes }: ProjectContext,
): void {
  const values = Object.entries(substitutions).map(
    ([name, reference]) => [name, exampleOf(reference)] as const,
  );
  const text = JSON.stringify(substituteDefinition(definition, Object.fromEntries(values)));
  for (const { severity, message, code, location } of validate(text, type).diagnostics) {
    if (severity !== 'ERROR') continue;
    const path = (location ?? '')
      .split('/')
      .slice(1)
      .filter((part) => part !== '');
    const plain = path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    mistakes.add(
      source.diagnose(
        plain,
        `Step Functions refuses the definition: ${message.replace(/\.$/, '')} (${code})`,
      ),
    );
  }
}

const EXAMPLE_ACCOUNT = 'us-east-1:123456789012';

/** A value of the form that a reference has in an account. */
export function exampleOf(reference: Reference): string {
  if (reference.kind === 'literal') return reference.value;
  if (reference.kind === 'text') return reference.parts.map(exampleOfPart).join('');
  return exampleOfName(reference);
}

function exampleOfPart(part: TextPart): string {
  if (part.kind === 'literal') return part.value;
  if (part.kind !== 'pseudo') return exampleOfName(part);
  return { AccountId: '123456789012', Region: 'us-east-1', Partition: 'aws' }[part.name];
}

function exampleOfName({ kind, name, attribute }: Exclude<TextPart, { kind: 'literal' | 'pseudo' }>): string {
  if (attribute === 'name') return name;
  switch (kind) {
    case 'function':
      return `arn:aws:lambda:${EXAMPLE_ACCOUNT}:function:${name}`;
    case 'state-machine':
      return `arn:aws:states:${EXAMPLE_ACCOUNT}:stateMachine:${name}`;
    case 'activity':
      return `arn:aws:states:${EXAMPLE_ACCOUNT}:activity:${name}`;
    case 'bucket':
      return `arn:aws:s3:::${name}`;
    case 'role':
      return `arn:aws:iam::123456789012:role/${name}`;
  }
}
