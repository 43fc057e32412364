/** A project file that names a template: what the template says, with what the file itself adds. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Json } from '../core/json.ts';
import type { DocumentSource, Path } from '../document/source.ts';
import type { ProjectTemplate } from './project.ts';
import { importTemplate } from './templates/import/import-template.ts';
import { isGroup } from './templates/value.ts';

type Fields = Record<string, unknown>;

interface WithTemplate {
  raw: Fields;
  /** Places what comes from the template there. */
  source: DocumentSource;
  template?: ProjectTemplate;
}

/** Where files that stand inline in a template (code, definitions, policies) are written, below the project. */
const GENERATED = '.cosmicai/imported';

/** @throws InvalidDocument with the mistakes of the template */
export function withTemplate(raw: Fields, source: DocumentSource, folder: string): WithTemplate {
  const { project } = raw as { project?: Json };
  if (!isGroup(project) || typeof project['from'] !== 'string') return { raw, source };
  const parameters = isGroup(project['parameters']) ? project['parameters'] : {};
  const imported = importTemplate(resolve(folder, project['from']), {
    projectFolder: folder,
    filesFolder: GENERATED,
    ...(typeof raw['name'] === 'string' ? { name: raw['name'] } : {}),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)])),
  });
  for (const [path, text] of imported.files) writeWhenChanged(join(folder, path), text);
  const { origins, template, stubs, notes } = imported;
  return {
    raw: merge(imported.fields, raw) as Fields,
    source: {
      ...source,
      diagnose(path, message, options) {
        const [group, name] = path;
        const logicalId = origins.get(`${group}.${name}`);
        if (logicalId === undefined || isWritten(raw, path)) return source.diagnose(path, message, options);
        return template.source.diagnose(['Resources', logicalId], `${logicalId}: ${message}`, options);
      },
    },
    template: { file: template.file, stubs, notes },
  };
}

/** Whether the project file itself has the field. */
function isWritten(raw: Fields, path: Path): boolean {
  let value: unknown = raw;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !(part in value)) return false;
    value = (value as Record<string | number, unknown>)[part];
  }
  return true;
}

/** Groups are merged field by field; all else that the project file has replaces what the template says. */
function merge(imported: Json, own: unknown): unknown {
  if (!isGroup(imported) || !isGroup(own)) return own;
  const merged: Fields = { ...imported };
  for (const [key, value] of Object.entries(own))
    merged[key] = key in imported ? merge(imported[key]!, value) : value;
  return merged;
}

function writeWhenChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
