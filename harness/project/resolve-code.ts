/** From `code`, `runtime` and `handler` of a function to how its package is made, with what is wrong about them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { nearestName } from '../core/nearest-name.ts';
import type { ProjectCode } from './project.ts';
import { type RuntimeFamily, runtimeFamily } from './runtimes.ts';

const BUNDLED = new Set(['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs']);
const SCRIPTS = ['.js', '.mjs', '.cjs'];
const SOURCES = ['.ts', '.mts', '.cts', '.tsx'];

/** A sentence about a field of the function, and what to do. */
interface CodeMistake {
  field: 'code' | 'handler' | 'runtime' | 'entries' | 'packages';
  message: string;
  hint: string;
}

export interface CodeFields {
  name: string;
  runtime: string;
  handler: string | undefined;
  /** As written, for messages. */
  code: string;
  /** Absolute. */
  path: string;
}

export type ResolvedCode =
  | { code: ProjectCode; handler: string; mistakes?: undefined }
  | { mistakes: CodeMistake[] };

export function resolveCode(fields: CodeFields): ResolvedCode {
  const { name, code, path } = fields;
  const family = runtimeFamily(fields.runtime);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) {
    const kind = extname(code) === '' ? 'folder' : 'file';
    return wrong(
      'code',
      `the ${kind} ${code} of the function ${name} does not exist`,
      nearby(path) ?? 'create it, or correct the path; it is relative to cosmicai.yaml',
    );
  }
  const handler = fields.handler ?? 'index.handler';
  if (stats.isDirectory()) return folderCode(fields, family, handler);
  if (extname(path) === '.zip') return { code: { kind: 'zip', path }, handler };
  if (family === 'node' && BUNDLED.has(extname(path))) return bundle(fields, path, handler);
  return wrong(
    'code',
    `${code} is no code of the function ${name} for ${fields.runtime}`,
    family === 'node'
      ? 'name a folder, a .zip, or an entry file in TypeScript or JavaScript'
      : 'name the folder that holds it, or a .zip',
  );
}

function folderCode(fields: CodeFields, family: RuntimeFamily, handler: string): ResolvedCode {
  const { name, code, path } = fields;
  if (family === 'custom') {
    const bootstrap = join(path, 'bootstrap');
    if (!existsSync(bootstrap))
      return wrong(
        'code',
        `the folder ${code} of the function ${name} has no file bootstrap`,
        `build the program into ${join(code, 'bootstrap')}; ${fields.runtime} starts it`,
      );
    return { code: { kind: 'custom-folder', path }, handler: fields.handler ?? 'bootstrap' };
  }
  const [module, exported] = splitHandler(handler);
  if (exported === '')
    return wrong(
      'handler',
      `the handler ${handler} of the function ${name} names no function in a file`,
      'write file.function, such as app.handler',
    );
  if (family === 'python') {
    const file = join(path, `${module.replaceAll('.', '/')}.py`);
    const source = existsSync(file) ? file : join(path, module.replaceAll('.', '/'), '__init__.py');
    if (!existsSync(source))
      return noHandlerFile(fields, handler, `${module.replaceAll('.', '/')}.py`, ['.py']);
    return mentions(source, exported)
      ? { code: { kind: 'python-folder', path }, handler }
      : noExport(fields, handler, basename(source), exported);
  }
  const script = SCRIPTS.map((extension) => join(path, `${module}${extension}`)).find((file) =>
    existsSync(file),
  );
  if (script !== undefined)
    return mentions(script, exported)
      ? { code: { kind: 'node-folder', path }, handler }
      : noExport(fields, handler, basename(script), exported);
  const source = SOURCES.map((extension) => join(path, `${module}${extension}`)).find((file) =>
    existsSync(file),
  );
  if (source !== undefined) return bundle(fields, source, handler);
  return noHandlerFile(fields, handler, `${module}.js, .mjs or .ts`, [...SCRIPTS, ...SOURCES]);
}

/** Lambda's bundle is always `index`; what it exports keeps its name. */
function bundle(fields: CodeFields, entry: string, handler: string): ResolvedCode {
  const exported = splitHandler(handler)[1];
  if (!mentions(entry, exported) && !/export\s*\*/.test(readFileSync(entry, 'utf8')))
    return noExport(fields, handler, basename(entry), exported);
  return { code: { kind: 'node-bundle', path: entry }, handler: `index.${exported}` };
}

function splitHandler(handler: string): [string, string] {
  const dot = handler.lastIndexOf('.');
  return dot === -1 ? [handler, ''] : [handler.slice(0, dot), handler.slice(dot + 1)];
}

/** Whether the name stands in the file as a word of its own: what else it takes to be exported, the runtime tells. */
const mentions = (file: string, name: string): boolean =>
  new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(readFileSync(file, 'utf8'));

function noHandlerFile(
  { name, code, path }: CodeFields,
  handler: string,
  wanted: string,
  extensions: readonly string[],
): ResolvedCode {
  const files = readdirSync(path).filter((file) => extensions.includes(extname(file)));
  return wrong(
    'handler',
    `the handler ${handler} of the function ${name} needs ${wanted} in ${code}, which is not there`,
    files.length === 0
      ? `${code} has no such file at all; correct code or handler`
      : `files there: ${files.slice(0, 8).join(', ')}`,
  );
}

function noExport({ name }: CodeFields, handler: string, file: string, exported: string): ResolvedCode {
  return wrong(
    'handler',
    `the handler ${handler} of the function ${name} is missing: ${file} has nothing named ${exported}`,
    `define ${exported} there, or correct handler`,
  );
}

const wrong = (field: CodeMistake['field'], message: string, hint: string): ResolvedCode => ({
  mistakes: [{ field, message, hint }],
});

/** The nearest name in the folder above, as a question. */
export function nearby(path: string): string | undefined {
  const folder = join(path, '..');
  if (!existsSync(folder)) return undefined;
  const near = nearestName(basename(path), readdirSync(folder));
  return near === undefined ? undefined : `did you mean ${near}?`;
}
