/** TestState's request: members, and the checks that need nothing but them. */

import { JsonText } from '../../../../asl/data/json-text.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import { invalidExecutionInput, validationError } from '../errors.ts';
import type { Members } from '../members.ts';
import { parseContext } from './context-checks.ts';

export interface TestStateRequest {
  definition: string;
  stateName: string | undefined;
  roleArn: string | undefined;
  /** JSON text. */
  input: string;
  inspectionLevel: 'INFO' | 'DEBUG' | 'TRACE';
  mock: MockRequest | undefined;
  context: JsonObject | undefined;
  variables: JsonObject | undefined;
  configuration: {
    retrierRetryCount: number | undefined;
    errorCausedByState: string | undefined;
    mapIterationFailureCount: number | undefined;
    mapItemReaderData: Json | undefined;
  };
}

interface MockRequest {
  result?: JsonText;
  error?: { error?: string; cause?: string };
  fieldValidationMode: 'STRICT' | 'PRESENT' | 'NONE';
}

export function readTestState(members: Members): TestStateRequest {
  const configuration = members.optionalObject('stateConfiguration');
  const mock = readMock(members.optionalObject('mock'));
  if (mock && members.optionalBoolean('revealSecrets'))
    throw validationError('TestState does not support RevealSecrets when a mock is specified.');
  const context = members.optionalText('context');
  const itemReaderData = configuration?.optionalText('mapItemReaderData');
  return {
    definition: members.text('definition', { min: 1, max: 1_048_576 }),
    stateName: members.optionalText('stateName', { min: 1, max: 80 }),
    roleArn: members.optionalText('roleArn', { min: 1, max: 256 }),
    input: checkInput(members.optionalText('input') ?? '{}'),
    inspectionLevel: (members.optionalText('inspectionLevel', { values: ['INFO', 'DEBUG', 'TRACE'] }) ??
      'INFO') as TestStateRequest['inspectionLevel'],
    mock,
    context: context === undefined ? undefined : parseContext(context),
    variables: readVariables(members.optionalText('variables')),
    configuration: {
      retrierRetryCount: configuration?.optionalNumber('retrierRetryCount', { min: 0 }),
      errorCausedByState: configuration?.optionalText('errorCausedByState', { min: 1, max: 80 }),
      mapIterationFailureCount: configuration?.optionalNumber('mapIterationFailureCount', { min: 0 }),
      mapItemReaderData:
        itemReaderData === undefined
          ? undefined
          : parseOr(itemReaderData, 'Map item reader data must be valid JSON'),
    },
  };
}

function readMock(mock: Members | undefined): MockRequest | undefined {
  if (!mock) return undefined;
  const result = mock.optionalText('result');
  const errorOutput = mock.optionalObject('errorOutput');
  if (result !== undefined && errorOutput)
    throw validationError('A test mock should have only one of the following fields: [result, errorOutput].');
  const mode =
    mock.optionalText('fieldValidationMode', { values: ['STRICT', 'PRESENT', 'NONE'] }) ?? 'STRICT';
  const error = errorOutput?.optionalText('error', { max: 256 });
  const cause = errorOutput?.optionalText('cause', { max: 32_768 });
  return {
    ...(result === undefined
      ? {}
      : { result: new JsonText(parseOr(result, 'Mocked result must be valid JSON'), result) }),
    ...(errorOutput
      ? {
          error: {
            ...(error === undefined ? {} : { error }),
            ...(cause === undefined ? {} : { cause }),
          },
        }
      : {}),
    fieldValidationMode: mode as MockRequest['fieldValidationMode'],
  };
}

function readVariables(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const variables = parseOr(text, 'Variables must be valid JSON');
  if (!isJsonObject(variables)) throw validationError('Variables must be a JSON object');
  return variables;
}

function checkInput(text: string): string {
  try {
    parseJson(text);
    return text;
  } catch (error) {
    throw invalidExecutionInput((error as Error).message);
  }
}

function parseOr(text: string, complaint: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw validationError(complaint);
  }
}
