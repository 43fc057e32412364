import { PLACEHOLDER } from '../artifacts/placeholders.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';

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
      if (value === undefined) throw wrongName(`the state machine asks for \${${name}}, which has no value`);
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
  if (unused.size > 0) throw wrongName(`the state machine has no \${${[...unused].join('}, ${')}}`);
  return result;
}

function wrongName(message: string): HarnessError {
  return new HarnessError('bad-substitution', message, {
    exitCode: ExitCode.inputWrong,
    location: { file: 'statemachine/cosmicai.asl.json' },
    remedy:
      'the deployment gives InitFunctionArn, InferenceFunctionArn, SummarizeFunctionArn and MapExecutionType',
  });
}
