import { existsSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import type { Path } from '../document/source.ts';
import type { ProjectContext } from './context.ts';
import type { ProjectFunction, ProjectLayer, Reference } from './project.ts';
import { nearby, resolveCode } from './resolve-code.ts';
import { resolveVariable } from './resolve-references.ts';
import { requireRole } from './resolve-roles.ts';
import type { FunctionFields, ProjectFields } from './schema.ts';

export function resolveFunctions(
  functions: ProjectFields['functions'],
  context: ProjectContext,
): Record<string, ProjectFunction> {
  return Object.fromEntries(
    Object.entries(functions).flatMap(([name, fields]) => {
      const resolved = resolveFunction(name, fields, context);
      return resolved === undefined ? [] : [[name, resolved] as const];
    }),
  );
}

function resolveFunction(
  name: string,
  fields: FunctionFields,
  context: ProjectContext,
): ProjectFunction | undefined {
  const { folder, mistakes, layers, names } = context;
  const at: Path = ['functions', name];
  const { runtime, handler, logging } = fields;
  const resolved = resolveCode({
    name,
    runtime,
    handler,
    code: fields.code,
    path: resolve(folder, fields.code),
  });
  for (const { field, message, hint } of resolved.mistakes ?? [])
    mistakes.at([...at, field in fields ? field : 'code'], message, hint);
  fields.layers.forEach((layer, index) => {
    if (!layers.has(layer))
      mistakes.at(
        [...at, 'layers', index],
        `the project has no layer named ${layer}`,
        `it has ${[...layers].join(', ') || 'none'}`,
      );
  });
  requireRole(fields.role, at, context);
  const environment = Object.entries(fields.environment).flatMap(
    ([variable, value]): [string, Reference][] => {
      const reference = resolveVariable(value, names, [...at, 'environment', variable], mistakes);
      return reference === undefined ? [] : [[variable, reference]];
    },
  );
  const files = pathsOf(fields.files, [...at, 'files'], context);
  const entries = pathsOf(fields.entries, [...at, 'entries'], context);
  if (logging.format === 'text' && (logging.applicationLevel ?? logging.systemLevel) !== undefined)
    mistakes.at(
      [...at, 'logging'],
      `the function ${name} filters levels of text logs, and Lambda filters JSON logs alone`,
      'set format: json',
    );
  if (resolved.mistakes) return undefined;
  const { code } = resolved;
  for (const field of ['entries', 'packages'] as const) {
    if (code.kind !== 'node-bundle' && Object.keys(fields[field]).length > 0)
      mistakes.at(
        [...at, field],
        `${field} of the function ${name} concern bundles, and its code is no entry file`,
        'name an entry file as code, or leave the field out',
      );
  }
  return {
    name,
    runtime,
    handler: resolved.handler,
    code,
    layers: fields.layers,
    memoryMB: fields.memoryMB,
    timeoutSeconds: fields.timeoutSeconds,
    ephemeralStorageMB: fields.ephemeralStorageMB,
    environment: Object.fromEntries(environment),
    ...(fields.architecture === undefined ? {} : { architecture: fields.architecture }),
    ...(fields.reservedConcurrency === undefined ? {} : { reservedConcurrency: fields.reservedConcurrency }),
    logging: {
      format: logging.format,
      ...(logging.retentionDays === undefined ? {} : { retentionDays: logging.retentionDays }),
      ...(logging.applicationLevel === undefined ? {} : { applicationLevel: logging.applicationLevel }),
      ...(logging.systemLevel === undefined ? {} : { systemLevel: logging.systemLevel }),
    },
    files,
    entries,
    packages: fields.packages.map((one) =>
      typeof one === 'string'
        ? { name: one }
        : { name: one.name, ...(one.files === undefined ? {} : { files: one.files }) },
    ),
    ...(fields.role === undefined ? {} : { role: fields.role }),
  };
}

/** Absolute paths of a record of paths; those that do not exist are mistakes. */
export function pathsOf(
  paths: Readonly<Record<string, string>>,
  at: Path,
  { folder, mistakes }: ProjectContext,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => {
      const absolute = resolve(folder, path);
      if (!existsSync(absolute)) mistakes.at([...at, name], `${path} does not exist`, nearby(absolute));
      return [name, absolute];
    }),
  );
}

export function resolveLayers(
  layers: ProjectFields['layers'],
  { folder, mistakes }: ProjectContext,
): Record<string, ProjectLayer> {
  return Object.fromEntries(
    Object.entries(layers).map(([name, fields]): [string, ProjectLayer] => {
      const { code, runtimes } = typeof fields === 'string' ? { code: fields, runtimes: [] } : fields;
      const path = resolve(folder, code);
      const at: Path = typeof fields === 'string' ? ['layers', name] : ['layers', name, 'code'];
      const stats = statSync(path, { throwIfNoEntry: false });
      const isZip = extname(path) === '.zip';
      if (!stats)
        mistakes.at(
          at,
          `the ${isZip ? 'file' : 'folder'} ${code} of the layer ${name} does not exist`,
          nearby(path),
        );
      else if (!isZip && !stats.isDirectory())
        mistakes.at(
          at,
          `${code} of the layer ${name} is neither a folder nor a .zip`,
          'name the folder that holds nodejs/, python/ or bin/',
        );
      const requirements = existsSync(join(path, 'requirements.txt')) && !existsSync(join(path, 'python'));
      return [
        name,
        {
          name,
          path,
          kind: isZip ? 'zip' : requirements ? 'python-requirements' : 'folder',
          runtimes,
        },
      ];
    }),
  );
}
