/** TestState's request: members, and the checks that need nothing but them. */
import type { MockErrorOutput, MockInput, TestStateCommandInput } from '@aws-sdk/client-sfn';
import { JsonText } from '../../../../asl/data/json-text.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';
import { parseJson } from '../../../../core/json-parse.ts';
import type { Validated } from '../../../http/operation.ts';
import { invalidExecutionInput, validationError } from '../errors.ts';
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

/** @throws AwsError ValidationException, InvalidExecutionInput */
export function testStateRequest(input: Validated<TestStateCommandInput>): TestStateRequest {
  const { context, stateConfiguration = {} } = input;
  const mock = mockOf(input.mock);
  if (mock && input.revealSecrets)
    throw validationError('TestState does not support RevealSecrets when a mock is specified.');
  const { retrierRetryCount, errorCausedByState, mapIterationFailureCount, mapItemReaderData } =
    stateConfiguration;
  return {
    definition: input.definition,
    stateName: input.stateName,
    roleArn: input.roleArn,
    input: checkInput(input.input ?? '{}'),
    inspectionLevel: input.inspectionLevel ?? 'INFO',
    mock,
    context: context === undefined ? undefined : parseContext(context),
    variables: readVariables(input.variables),
    configuration: {
      retrierRetryCount,
      errorCausedByState,
      mapIterationFailureCount,
      mapItemReaderData:
        mapItemReaderData === undefined
          ? undefined
          : parseOr(mapItemReaderData, 'Map item reader data must be valid JSON'),
    },
  };
}

function mockOf(mock: MockInput | undefined): MockRequest | undefined {
  if (!mock) return undefined;
  const { result, errorOutput, fieldValidationMode = 'STRICT' } = mock;
  if (result !== undefined && errorOutput)
    throw validationError('A test mock should have only one of the following fields: [result, errorOutput].');
  return {
    ...(result === undefined
      ? {}
      : { result: new JsonText(parseOr(result, 'Mocked result must be valid JSON'), result) }),
    ...(errorOutput ? { error: errorOf(errorOutput) } : {}),
    fieldValidationMode,
  };
}

const errorOf = ({ error, cause }: MockErrorOutput): { error?: string; cause?: string } => ({
  ...(error === undefined ? {} : { error }),
  ...(cause === undefined ? {} : { cause }),
});

function readVariables(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const variables = parseOr(text, 'Variables must be valid JSON');
  if (!isJsonObject(variables)) throw validationError('Variables must be a JSON object');
  return variables;
}

function checkInput(text: string): string {
  if (text === '') throw invalidExecutionInput('Invalid execution input.');
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
