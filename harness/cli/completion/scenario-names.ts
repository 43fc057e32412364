/** Tags and axes of the scenarios a command line names; of those in `scenarios/` where it names none. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { findScenarioFiles } from '../../scenario/find.ts';

/** Scenario files among the words. A folder without any is no mistake while one is typing. */
export function scenariosNamed(folder: string, words: readonly string[]): string[] {
  const paths = words.map((word) => resolve(folder, word)).filter((path) => existsSync(path));
  const asked = paths.length > 0 ? paths : [join(folder, 'scenarios')].filter((path) => existsSync(path));
  try {
    return findScenarioFiles(asked).filter((path) => /\.ya?ml$/.test(path));
  } catch {
    return [];
  }
}

export async function tagsOf(files: readonly string[]): Promise<string[]> {
  const tags = new Set(files.flatMap((file) => textsIn(fieldsOf(file)['tags'])));
  return [...tags].sort();
}

export async function axesOf(files: readonly string[]): Promise<string[]> {
  const axes = files.flatMap((file) => Object.keys((fieldsOf(file)['matrix'] as object | undefined) ?? {}));
  return [...new Set(axes)].filter((axis) => axis !== 'include' && axis !== 'exclude').sort();
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];

/** A file that cannot be read has none: it is `validate` that says why. */
function fieldsOf(file: string): Record<string, unknown> {
  try {
    return (parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
