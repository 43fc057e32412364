/**
 * `aws-sdk:sfn:*`: this service's own operations, called in place. Members are PascalCase in a definition, and
 * objects given where the API wants a JSON text are sent as their text (recorded: startExecution's Input).
 */
import { uuid } from '../../../../core/ids.ts';
import type { Json, JsonObject } from '../../../../core/json.ts';
import { isJsonObject } from '../../../../core/json.ts';
import { printJson } from '../../../../core/json-print.ts';
import { sdkFailure } from './aws-sdk-error.ts';
import { type Integration, isAwsError } from './integration.ts';
import { camelCased, pascalCased } from './member-case.ts';

/** Members that are JSON texts on the wire. */
const TEXTS = ['input', 'output', 'definition', 'cause', 'error'];

export const awsSdkSfn: Integration = {
  name: 'aws-sdk:sfn:*',
  serves: (resource) => resource.kind === 'aws-sdk' && resource.service === 'sfn',
  async run(call, context) {
    const { resource, task } = call;
    const action = 'action' in resource ? resource.action : '';
    const operation = action.charAt(0).toUpperCase() + action.slice(1);
    const given = isJsonObject(task.parameters) ? task.parameters : {};
    try {
      const answer = await context.call(operation, withTexts(given), call.roleArn);
      return printJson(withIsoDates(pascalCased(answer)));
    } catch (error) {
      if (!isAwsError(error)) throw error;
      throw sdkFailure('Sfn', 'sfn', {
        code: error.code,
        message: error.message,
        status: error.status,
        requestId: uuid(context.env.random),
      });
    }
  },
};

function withTexts(parameters: JsonObject): JsonObject {
  // Texts are taken out first: what stands in them keeps its own letters.
  const texts: JsonObject = {};
  const others: JsonObject = {};
  for (const [name, value] of Object.entries(parameters)) {
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    if (TEXTS.includes(member)) texts[member] = typeof value === 'string' ? value : printJson(value);
    else others[name] = value;
  }
  return { ...camelCased(others), ...texts };
}

function withIsoDates(value: Json): Json {
  if (Array.isArray(value)) return value.map(withIsoDates);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]): [string, Json] => {
    const isDate = typeof member === 'number' && (name.endsWith('Date') || name === 'Timestamp');
    return [name, isDate ? new Date(member * 1_000).toISOString() : withIsoDates(member)];
  });
  return Object.fromEntries(members);
}
