/**
 * From `cosmicai.yaml` to a `Project`: YAML, schema, and what no schema can tell (folders, handlers, placeholders,
 * names). All mistakes of the file, and of those that it names, end in one `InvalidDocument`; nothing is built.
 */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { InvalidDocument } from '../document/diagnostics.ts';
import { type DocumentSource, parseSource } from '../document/source.ts';
import { diagnosticsOf } from '../document/zod-diagnostics.ts';
import type { ProjectContext } from './context.ts';
import { findProjectFile, PROJECT_FILE } from './find-project.ts';
import { knownPackNames } from './known-packs.ts';
import { Mistakes } from './mistakes.ts';
import type { Project } from './project.ts';
import { resolveBuckets } from './resolve-buckets.ts';
import { resolveFunctions, resolveLayers } from './resolve-functions.ts';
import { resolveInput } from './resolve-input.ts';
import { resolveRoles } from './resolve-roles.ts';
import { resolveStateMachines } from './resolve-state-machines.ts';
import { projectSchema } from './schema.ts';
import { validEntries } from './valid-entries.ts';
import { withTemplate } from './with-template.ts';

export interface LoadOptions {
  /** Names of the packs there are; absent: those that are registered. */
  packs?: readonly string[];
}

/**
 * The project of a scenario, a folder or a project file itself.
 * @throws HarnessError `project-missing`, InvalidDocument; both with exit code 2
 */
export function loadProject(start: string, options: LoadOptions = {}): Project {
  const file = findProjectFile(start);
  if (file === undefined) {
    throw new HarnessError('project-missing', `no ${PROJECT_FILE} was found at or above ${start}`, {
      exitCode: ExitCode.inputWrong,
      location: { file: start },
      remedy: 'write one with "cosmicai init", or run in a folder that has it',
    });
  }
  return readProject(file, readFileSync(file, 'utf8'), options);
}

/** Checks the text of a project file; `file` is what messages call it and what paths are relative to. */
function readProject(file: string, text: string, options: LoadOptions = {}): Project {
  const written = parseSource(shownPath(file), text, { collectDuplicates: true });
  const folder = dirname(resolve(file));
  const { raw, source, template } = withTemplate(groupOf(written), written, folder);
  const mistakes = new Mistakes(source);
  mistakes.add(...source.duplicates);
  const parsed = projectSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success) mistakes.add(...diagnosticsOf(parsed.error.issues, projectSchema, source));
  // Entries that are well formed are looked into even where others are not: every mistake is told at once.
  const fields = parsed.success ? parsed.data : validEntries(raw);
  const buckets = Array.isArray(fields.buckets)
    ? Object.fromEntries(fields.buckets.map((name) => [name, null]))
    : fields.buckets;
  const context: ProjectContext = {
    source,
    folder,
    names: {
      function: namesIn(raw['functions']),
      'state-machine': namesIn(raw['stateMachines']),
      bucket: namesIn(raw['buckets']),
      activity: namesIn(raw['activities']),
    },
    layers: namesIn(raw['layers']),
    roles: namesIn(raw['roles']),
    mistakes,
  };
  checkPack(fields.pack, options.packs ?? knownPackNames(), mistakes);
  const input = fields.input === undefined ? undefined : resolveInput(fields.input, context);
  const project: Project = {
    name: fields.name,
    ...(fields.description === undefined ? {} : { description: fields.description }),
    file: resolve(file),
    folder,
    ...(template === undefined ? {} : { template }),
    ...(fields.pack === undefined ? {} : { pack: fields.pack }),
    functions: resolveFunctions(fields.functions, context),
    layers: resolveLayers(fields.layers, context),
    stateMachines: resolveStateMachines(fields.stateMachines, context),
    buckets: resolveBuckets(buckets, context),
    activities: fields.activities,
    roles: resolveRoles(fields.roles, context),
    ...(input === undefined ? {} : { input }),
    source,
  };
  mistakes.throwIfAny();
  return project;
}

/** As a person at the terminal would name it. */
function shownPath(file: string): string {
  const fromHere = relative(process.cwd(), resolve(file));
  return fromHere.startsWith('..') ? file : fromHere;
}

function groupOf(source: DocumentSource): Record<string, unknown> {
  const { value } = source;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new InvalidDocument([
    source.diagnose([], 'a project is a group of fields: apiVersion, kind, name, functions and others', {
      hint: '"cosmicai init" writes one.',
    }),
  ]);
}

/** Names in a record or a list, whether what stands below them is right or not. */
function namesIn(value: unknown): ReadonlySet<string> {
  if (Array.isArray(value)) return new Set(value.filter((name) => typeof name === 'string'));
  return new Set(typeof value === 'object' && value !== null ? Object.keys(value) : []);
}

function checkPack(pack: string | undefined, known: readonly string[] | undefined, mistakes: Mistakes): void {
  if (pack === undefined || known === undefined || known.includes(pack)) return;
  const near = nearestName(pack, known);
  mistakes.at(
    ['pack'],
    `there is no pack named ${pack}`,
    near === undefined ? `packs: ${known.join(', ') || 'none'}` : `did you mean ${near}?`,
  );
}
