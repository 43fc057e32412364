/** Names of workflow variables. Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import type { QueryLanguage } from '../definition.ts';
import type { Report } from './report.ts';

const NAME = /^\p{ID_Start}[\p{ID_Continue}]*$/u;
const MAX_NAME_LENGTH = 80;

/** Names that one object's Assign sets, without the `.$` of payload templates. */
function assignedNames(assign: Json | undefined, language: QueryLanguage): string[] {
  if (!isJsonObject(assign)) return [];
  return Object.keys(assign).map((key) =>
    language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key,
  );
}

/** All names assigned by a state, its Choice rules and Catchers. */
export function namesAssignedBy(state: JsonObject, language: QueryLanguage): string[] {
  const nested = [state['Choices'], state['Catch']].flatMap((list) => (Array.isArray(list) ? list : []));
  return [state, ...nested.filter(isJsonObject)].flatMap((holder) =>
    assignedNames(holder['Assign'], language),
  );
}

/** `outer` holds the names that enclosing scopes assign: an inner scope may read but not assign them. */
export function checkAssign(
  report: Report,
  assign: Json | undefined,
  language: QueryLanguage,
  outer: ReadonlySet<string>,
  location: string,
): void {
  for (const name of assignedNames(assign, language)) {
    const at = `${location}/${name}`;
    if (name === 'states') {
      report.error('RESERVED_VARIABLE_NAME', "Cannot assign to reserved variable '$states'.", at);
    } else if (!NAME.test(name)) {
      report.error(
        'INVALID_VARIABLE_NAME',
        `Invalid variable name '${name}': the variable name contains invalid characters.`,
        at,
      );
    } else if ([...name].length > MAX_NAME_LENGTH) {
      report.error(
        'INVALID_VARIABLE_NAME',
        `Invalid variable name '${name}': the variable name exceeds the ${MAX_NAME_LENGTH}-character limit.`,
        at,
      );
    } else if (outer.has(name)) {
      report.error(
        'DUPLICATE_VARIABLE_NAME',
        `The variable name '${name}' was already defined in a parent scope.`,
        at,
      );
    }
  }
}
