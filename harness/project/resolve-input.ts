import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { Path } from '../document/source.ts';
import type { ProjectContext } from './context.ts';
import type { ProjectInput } from './project.ts';
import { readObject } from './read-object.ts';
import type { ProjectFields } from './schema.ts';

type InputFields = NonNullable<ProjectFields['input']>;

export function resolveInput(fields: InputFields, context: ProjectContext): ProjectInput | undefined {
  const standard = objectOf(fields.default, ['input', 'default'], context);
  const schema =
    fields.schema === undefined ? undefined : objectOf(fields.schema, ['input', 'schema'], context);
  if (standard === undefined || (fields.schema !== undefined && schema === undefined)) return undefined;
  const parameters = Object.entries(fields.parameters).map(
    ([name, one]): [string, { default?: Json; description?: string }] => {
      if (typeof one !== 'object') return [name, { default: one }];
      return [
        name,
        {
          ...(one.default === undefined ? {} : { default: one.default }),
          ...(one.description === undefined ? {} : { description: one.description }),
        },
      ];
    },
  );
  const used = parametersIn(standard);
  const known = parameters.map(([name]) => name);
  for (const name of known.filter((one) => !used.has(one)))
    context.mistakes.at(
      ['input', 'parameters', name],
      `the parameter ${name} is unused: the default input has no \${${name}}`,
      'use it, or remove it',
    );
  for (const name of [...used].filter((one) => !known.includes(one)))
    context.mistakes.at(
      ['input', 'default'],
      `the default input asks for \${${name}}, which is no parameter`,
      `add ${name} to input.parameters`,
    );
  return {
    default: standard,
    parameters: Object.fromEntries(parameters),
    ...(schema === undefined ? {} : { schema }),
  };
}

function objectOf(
  value: string | Record<string, Json>,
  at: Path,
  context: ProjectContext,
): JsonObject | undefined {
  return typeof value === 'string' ? readObject(value, at, context) : value;
}

const PARAMETER = /\$\{([A-Za-z_]\w*)\}/g;

function parametersIn(value: Json): Set<string> {
  if (typeof value === 'string') return new Set([...value.matchAll(PARAMETER)].map((match) => match[1]!));
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((member) => [...parametersIn(member as Json)]));
}

/**
 * The input of an execution: the project's default with its parameters filled in. A text that is one parameter alone
 * takes its value with its type; within a longer text it is written out. Parameters without a value stay as they are.
 */
export function inputWithParameters(
  input: ProjectInput,
  values: Readonly<Record<string, Json>> = {},
): JsonObject {
  const parameterValue = (name: string): Json | undefined => values[name] ?? input.parameters[name]?.default;
  const fill = (value: Json): Json => {
    if (typeof value === 'string') {
      const whole = /^\$\{([A-Za-z_]\w*)\}$/.exec(value);
      if (whole) return parameterValue(whole[1]!) ?? value;
      return value.replace(PARAMETER, (text, name: string) => {
        const given = parameterValue(name);
        if (given === undefined) return text;
        return typeof given === 'string' ? given : JSON.stringify(given);
      });
    }
    if (Array.isArray(value)) return value.map(fill);
    return isJsonObject(value) ? fillObject(value) : value;
  };
  const fillObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(object).map(([key, member]) => [key, fill(member)]));
  return fillObject(input.default);
}
