/**
 * What is written out before anything is evaluated: Fn::ForEach of AWS::LanguageExtensions, and AWS::Include.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Json, JsonObject } from '../../core/json.ts';
import { InvalidDocument } from '../../document/diagnostics.ts';
import { type Path, parseSource } from '../../document/source.ts';
import { longFormOf } from './intrinsics/index.ts';
import { isGroup, textOf } from './value.ts';

export interface Expansion {
  folder: string;
  /** The list that a collection of Fn::ForEach stands for; undefined after a mistake that is reported. */
  listOf(value: Json, path: Path): readonly string[] | undefined;
  /** The text of a parameter of AWS::Include; undefined after a mistake. */
  textOf(value: Json, path: Path): string | undefined;
  report(path: Path, message: string, hint?: string): void;
}

const FOR_EACH = 'Fn::ForEach::';

/** The value with its loops and includes written out. */
export function expand(value: Json, path: Path, expansion: Expansion): Json {
  if (Array.isArray(value)) return value.map((one, index) => expand(one, [...path, index], expansion));
  if (!isGroup(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const below = [...path, key];
    if (key.startsWith(FOR_EACH)) Object.assign(result, loop(member, below, expansion));
    else if (key === 'Fn::Transform') {
      const included = include(member, below, expansion);
      if (isGroup(included)) Object.assign(result, included);
      else if (included !== undefined && Object.keys(value).length === 1) return included;
    } else result[key] = expand(member, below, expansion);
  }
  return result;
}

function loop(argument: Json, path: Path, expansion: Expansion): JsonObject {
  const [identifier, collection, body] = Array.isArray(argument) ? argument : [];
  if (typeof identifier !== 'string' || collection === undefined || !isGroup(body)) {
    expansion.report(path, 'Fn::ForEach needs an identifier, a collection and a group of fields to repeat');
    return {};
  }
  const items = expansion.listOf(collection, [...path, 1]) ?? [];
  return Object.assign(
    {},
    ...items.map((item) => expand(filled(body, identifier, item), [...path, 2], expansion)),
  ) as JsonObject;
}

/** `${Name}`, `&{Name}` (without what is not alphanumeric) and `{Ref: Name}` are replaced. */
function filled(value: Json, identifier: string, item: string): Json {
  const fill = (text: string) =>
    text
      .replaceAll(`\${${identifier}}`, item)
      .replaceAll(`&{${identifier}}`, item.replace(/[^A-Za-z0-9]/g, ''));
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((one) => filled(one, identifier, item));
  if (!isGroup(value)) return value;
  if (value['Ref'] === identifier && Object.keys(value).length === 1) return item;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [fill(key), filled(one, identifier, item)]),
  );
}

function include(argument: Json, path: Path, expansion: Expansion): Json | undefined {
  const name = isGroup(argument) ? textOf(argument['Name'] ?? '') : undefined;
  if (name !== 'AWS::Include') {
    expansion.report(
      path,
      `the macro ${name ?? '?'} is not served`,
      'expand the template first, or write its result',
    );
    return undefined;
  }
  const parameters = (argument as JsonObject)['Parameters'];
  const location = isGroup(parameters) ? parameters['Location'] : undefined;
  const text =
    location === undefined ? undefined : expansion.textOf(location, [...path, 'Parameters', 'Location']);
  if (text === undefined) {
    expansion.report(path, 'AWS::Include needs a Location');
    return undefined;
  }
  const file = resolve(expansion.folder, text);
  if (/^s3:/.test(text) || !existsSync(file)) {
    expansion.report(
      path,
      `the included file ${text} does not exist beside the template`,
      'AWS::Include is read from a local file: name its path',
    );
    return undefined;
  }
  try {
    const { value } = parseSource(relative(process.cwd(), file), readFileSync(file, 'utf8'), { longFormOf });
    return expand(value as Json, path, expansion);
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    for (const one of error.diagnostics) expansion.report(path, `${one.file}:${one.line}: ${one.message}`);
    return undefined;
  }
}
