import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { InvalidDocument } from '../document/diagnostics.ts';
import { type Path, parseSource } from '../document/source.ts';
import type { ProjectContext } from './context.ts';
import { nearby } from './resolve-code.ts';

/** A JSON or YAML file with an object; anything else is a mistake at the field that names it, and answers nothing. */
export function readObject(
  path: string,
  at: Path,
  { folder, source, mistakes }: ProjectContext,
): JsonObject | undefined {
  const file = resolve(folder, path);
  if (!existsSync(file)) {
    mistakes.at(at, `${path} does not exist`, nearby(file));
    return undefined;
  }
  try {
    const { value } = parseSource(join(dirname(source.file), path), readFileSync(file, 'utf8'));
    if (isJsonObject(value)) return value;
    mistakes.at(at, `${path} holds no JSON object`);
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    mistakes.add(...error.diagnostics);
  }
  return undefined;
}
