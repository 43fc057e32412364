/** A project with what a scenario changes about it. */
import { resolve } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { Project, ProjectFunction, Reference } from './project.ts';
import { resolveCode } from './resolve-code.ts';

export interface FunctionOverlay {
  /** Folder, zip or entry file in the place of the function's own; relative to `folder`. */
  code?: string | undefined;
  memoryMB?: number | undefined;
  timeoutSeconds?: number | undefined;
  ephemeralStorageMB?: number | undefined;
  reservedConcurrency?: number | undefined;
  environment?: Readonly<Record<string, string>> | undefined;
  /** Added to the files of the package: path in it, and an absolute path. */
  files?: Readonly<Record<string, string>> | undefined;
}

export interface ProjectOverlay {
  functions?: Readonly<Record<string, FunctionOverlay>>;
  /** Literals for placeholders, by state machine. */
  substitutions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Objects in the place of those of the project, by bucket and key; null removes them. */
  objects?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

/**
 * The project with the overlay; `folder` is what paths in it are relative to.
 * @throws HarnessError `unknown-function`, `bad-overlay`; exit code 2
 */
export function overlayProject(project: Project, overlay: ProjectOverlay, folder: string): Project {
  const functions: Record<string, ProjectFunction> = { ...project.functions };
  for (const [name, changes] of Object.entries(overlay.functions ?? {})) {
    const present = functions[name];
    if (!present) throw unknownName('function', name, Object.keys(project.functions));
    functions[name] = overlayFunction(present, changes, folder);
  }
  const stateMachines = { ...project.stateMachines };
  for (const [name, values] of Object.entries(overlay.substitutions ?? {})) {
    const present = stateMachines[name];
    if (!present) throw unknownName('state machine', name, Object.keys(project.stateMachines));
    const literals = Object.entries(values).map(([key, value]): [string, Reference] => [
      key,
      { kind: 'literal', value },
    ]);
    stateMachines[name] = {
      ...present,
      substitutions: { ...present.substitutions, ...Object.fromEntries(literals) },
    };
  }
  const buckets = { ...project.buckets };
  for (const [name, changes] of Object.entries(overlay.objects ?? {})) {
    const present = buckets[name];
    if (!present) throw unknownName('bucket', name, Object.keys(project.buckets));
    const objects = { ...present.objects };
    for (const [key, path] of Object.entries(changes)) {
      if (path === null) delete objects[key];
      else objects[key] = { ...objects[key], path: resolve(folder, path) };
    }
    buckets[name] = { ...present, objects };
  }
  return { ...project, functions, stateMachines, buckets };
}

function overlayFunction(
  present: ProjectFunction,
  changes: FunctionOverlay,
  folder: string,
): ProjectFunction {
  const { code, environment = {}, files = {}, ...settings } = changes;
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const literals = Object.entries(environment).map(([key, value]): [string, Reference] => [
    key,
    { kind: 'literal', value },
  ]);
  return {
    ...present,
    ...given,
    ...(code === undefined ? {} : codeOverlay(present, code, folder)),
    environment: { ...present.environment, ...Object.fromEntries(literals) },
    files: { ...present.files, ...files },
  };
}

function codeOverlay({ name, runtime, handler }: ProjectFunction, code: string, folder: string) {
  const resolved = resolveCode({ name, runtime, handler, code, path: resolve(folder, code) });
  if (!resolved.mistakes) return { code: resolved.code, handler: resolved.handler };
  const { message, hint } = resolved.mistakes[0]!;
  throw new HarnessError('bad-overlay', message, {
    exitCode: ExitCode.inputWrong,
    location: { file: resolve(folder, code) },
    remedy: hint,
  });
}

function unknownName(kind: string, name: string, known: readonly string[]): HarnessError {
  const near = nearestName(name, known);
  return new HarnessError('unknown-function', `the project has no ${kind} named ${name}`, {
    exitCode: ExitCode.inputWrong,
    remedy: near === undefined ? `it has ${known.join(', ') || 'none'}` : `did you mean ${near}?`,
  });
}
