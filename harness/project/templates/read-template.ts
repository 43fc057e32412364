/** A CloudFormation template as text, in JSON or YAML, with its tags in long form and the positions of its parts. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, relative, resolve } from 'node:path';
import { ExitCode, HarnessError } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { type Diagnostic, InvalidDocument } from '../../document/diagnostics.ts';
import { type DocumentSource, type Path, parseSource } from '../../document/source.ts';
import { longFormOf } from './intrinsics/index.ts';
import { isGroup } from './value.ts';

export interface TemplateSource {
  /** Absolute. */
  file: string;
  folder: string;
  source: DocumentSource;
  value: JsonObject;
}

/** Collects every mistake of a template, each with the logical id and property it concerns. */
export class TemplateReport {
  readonly #source: DocumentSource;
  readonly #found: Diagnostic[] = [];

  constructor(source: DocumentSource) {
    this.#source = source;
  }

  /** `message` is a sentence without a full stop; the resource and property are put before it. */
  readonly add = (path: Path, message: string, hint?: string): void => {
    const [section, logicalId, part, property] = path;
    const name = part === 'Properties' && property !== undefined ? `${logicalId}.${property}` : logicalId;
    const subject = section === 'Resources' && name !== undefined ? `${name}: ` : '';
    this.#found.push(this.#source.diagnose(path, `${subject}${message}`, hint === undefined ? {} : { hint }));
  };

  get count(): number {
    return this.#found.length;
  }

  /** @throws InvalidDocument with all mistakes in the order of their lines, each once */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const distinct = new Map(this.#found.map((one) => [`${one.line}:${one.column}:${one.message}`, one]));
    throw new InvalidDocument([...distinct.values()].sort((a, b) => a.line - b.line || a.column - b.column));
  }
}

/** @throws HarnessError `template-missing`, InvalidDocument; both with exit code 2 */
export function readTemplate(path: string): TemplateSource {
  const file = resolve(path);
  if (!existsSync(file))
    throw new HarnessError('template-missing', `the template ${path} does not exist`, {
      exitCode: ExitCode.inputWrong,
      location: { file: path },
      remedy: 'correct the path of the template',
    });
  return parseTemplate(file, readFileSync(file, 'utf8'));
}

export function parseTemplate(file: string, text: string): TemplateSource {
  const shown = relative(process.cwd(), file);
  const source = parseSource(shown.startsWith('..') ? file : shown, text, { longFormOf });
  const { value } = source;
  if (!isGroup(value) || !isGroup(value['Resources']))
    throw new InvalidDocument([
      source.diagnose([], 'a CloudFormation template is a group of fields with Resources', {
        hint:
          extname(file) === '.yml'
            ? 'Serverless Framework projects are packaged first: osls package.'
            : 'Name the template.',
      }),
    ]);
  return { file, folder: dirname(file), source, value: value as Record<string, Json> };
}
