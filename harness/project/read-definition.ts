/** A state machine's file: JSON or YAML, read with positions so that mistakes in it name their line. */
import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import { InvalidDocument } from '../document/diagnostics.ts';
import { type DocumentSource, parseSource } from '../document/source.ts';
import { placeholdersIn } from './placeholders.ts';

export interface DefinitionFile {
  definition: JsonObject;
  /** Names of its `${...}` placeholders, each once, in document order. */
  placeholders: string[];
  source: DocumentSource;
}

/** Reads a definition; answers what is wrong with it instead of throwing. */
export function readDefinition(file: string, shownAs: string): DefinitionFile | { mistakes: Diagnostic[] } {
  const text = readFileSync(file, 'utf8');
  try {
    const source = parseSource(shownAs, text);
    const definition = /\.ya?ml$/.test(file) ? source.value : JSON.parse(text);
    if (!isJsonObject(definition))
      return { mistakes: [source.diagnose([], 'a state machine is an object with StartAt and States')] };
    return { definition, placeholders: namesIn(definition), source };
  } catch (error) {
    if (error instanceof InvalidDocument) return { mistakes: [...error.diagnostics] };
    return { mistakes: [malformed(shownAs, text, error as Error)] };
  }
}

const namesIn = (definition: JsonObject) => [...new Set(placeholdersIn(definition).map(({ name }) => name))];

/** JSON that YAML takes and JSON does not, such as comments and trailing commas. */
function malformed(file: string, text: string, error: Error): Diagnostic {
  const position = Number(/position (\d+)/.exec(error.message)?.[1] ?? 0);
  const before = text.slice(0, position).split('\n');
  return {
    file,
    line: before.length,
    column: before.at(-1)!.length + 1,
    field: '',
    message: `the JSON is malformed: ${error.message}`,
    sourceLine: text.split('\n')[before.length - 1] ?? '',
    hint: 'Correct it, or rename the file to .asl.yaml if it is meant as YAML.',
  };
}

/** A mistake at the first use of a placeholder. */
export function placeholderMistake(
  { source }: DefinitionFile,
  name: string,
  message: string,
  hint: string,
): Diagnostic {
  const offset = Math.max(0, source.text.indexOf(`\${${name}}`));
  const before = source.text.slice(0, offset).split('\n');
  return {
    file: source.file,
    line: before.length,
    column: before.at(-1)!.length + 1,
    field: '',
    message,
    sourceLine: source.text.split('\n')[before.length - 1] ?? '',
    hint,
  };
}
