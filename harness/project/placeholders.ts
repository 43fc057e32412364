/**
 * Substitution analysis of a definition: which `${Name}` placeholders it declares and where, and whether a rendered
 * definition is the declared one with nothing but those replaced. A proof over the definition with its
 * placeholders then holds for every rendering of it.
 */
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';

/** As AWS SAM and CloudFormation write DefinitionSubstitutions. */
const PLACEHOLDER = /\$\{([A-Za-z][A-Za-z0-9_]*)\}/g;

interface PlaceholderUse {
  name: string;
  /** JSON Pointer (RFC 6901) of the text it stands in. */
  at: string;
}

/** Every use of a placeholder, in document order. */
export function placeholdersIn(definition: Json, at = ''): PlaceholderUse[] {
  if (typeof definition === 'string')
    return [...definition.matchAll(PLACEHOLDER)].map((match) => ({ name: match[1]!, at }));
  if (typeof definition !== 'object' || definition === null) return [];
  return Object.entries(definition).flatMap(([key, member]) =>
    placeholdersIn(member, `${at}/${escaped(key)}`),
  );
}

export interface Restoration {
  /** What was put in the place of each placeholder. */
  values: Record<string, string>;
  /** Where `rendered` is something else than the definition with placeholders replaced; JSON Pointers. */
  differences: string[];
}

/** Reads back what a rendering put in the place of the placeholders of `declared`. */
export function restorePlaceholders(declared: JsonObject, rendered: Json): Restoration {
  const values: Record<string, string> = {};
  const differences: string[] = [];
  const compare = (one: Json, other: Json | undefined, at: string): void => {
    if (typeof one === 'string' && typeof other === 'string') {
      if (!readValues(one, other, values)) differences.push(at);
    } else if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
      one.forEach((member, index) => {
        compare(member, other[index], `${at}/${index}`);
      });
    } else if (isJsonObject(one) && isJsonObject(other)) {
      for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
        const inside = `${at}/${escaped(key)}`;
        if (key in one && key in other) compare(one[key]!, other[key], inside);
        else differences.push(inside);
      }
    } else if (one !== other) {
      differences.push(at);
    }
  };
  compare(declared, rendered, '');
  return { values, differences };
}

/** Takes the values out of `text`; false when it does not follow `template`, or gives one name two values. */
function readValues(template: string, text: string, values: Record<string, string>): boolean {
  const names: string[] = [];
  const pattern = template
    .split(PLACEHOLDER)
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      names.push(part);
      return '(.+)';
    })
    .join('');
  const match = new RegExp(`^${pattern}$`, 's').exec(text);
  if (!match) return false;
  return names.every((name, index) => {
    const value = match[index + 1]!;
    const known = values[name];
    values[name] = known ?? value;
    return known === undefined || known === value;
  });
}

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The definition with every `${Name}` replaced, as DefinitionSubstitutions of AWS SAM and CloudFormation do. A
 * placeholder without a value, and a value without a placeholder, are errors: both are typing mistakes.
 */
export function substituteDefinition(
  definition: JsonObject,
  values: Readonly<Record<string, string>>,
): JsonObject {
  const unused = new Set(Object.keys(values));
  const replaceIn = (text: string) =>
    text.replace(PLACEHOLDER, (_whole, name: string) => {
      const value = values[name];
      if (value === undefined)
        throw wrongName(`the placeholder \${${name}} is unresolved: no substitution gives it a value`);
      unused.delete(name);
      return value;
    });
  const walk = (value: Json): Json => {
    if (typeof value === 'string') return replaceIn(value);
    if (Array.isArray(value)) return value.map(walk);
    return isJsonObject(value) ? walkObject(value) : value;
  };
  const walkObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([key, member]) => [key, walk(member)]));
  const result = walkObject(definition);
  if (unused.size > 0)
    throw wrongName(`unused substitutions: the definition has no \${${[...unused].join('}, ${')}}`);
  return result;
}

function wrongName(message: string): HarnessError {
  return new HarnessError('bad-substitution', message, {
    exitCode: ExitCode.inputWrong,
    remedy: 'correct the substitutions of the state machine in cosmicai.yaml',
  });
}
