/**
 * Step Functions Local's mock configuration: responses for the states of a test case, by the number of the
 * state's invocation ("0", "1-3").
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html
 */
import { ExitCode, HarnessError } from '../../../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject, memberName } from '../../../../core/json.ts';

export type MockResponse = { Return: Json } | { Throw: { Error: string; Cause: string } };

interface NumberedResponse {
  first: number;
  last: number;
  response: MockResponse;
}

/** Responses of one state in one test case. */
export type MockedState = readonly NumberedResponse[];

export interface MockConfig {
  /** By machine name, then test case, then state. */
  readonly machines: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, MockedState>>>;
}

/** Reads a mock configuration; throws HarnessError `mock-config` naming the field that is wrong. */
export function parseMockConfig(config: Json): MockConfig {
  const root = object(config, '');
  const responses = root['MockedResponses'] ?? {};
  const parsed = new Map<string, MockedState>();
  for (const [name, response] of entries(responses, 'MockedResponses'))
    parsed.set(name, parseResponses(response, `MockedResponses.${name}`));

  const machines = new Map<string, Map<string, Map<string, MockedState>>>();
  for (const [machine, value] of entries(root['StateMachines'] ?? {}, 'StateMachines')) {
    const at = `StateMachines.${machine}.TestCases`;
    const cases = new Map<string, Map<string, MockedState>>();
    const machineObject = object(value, `StateMachines.${machine}`);
    for (const [testCase, states] of entries(machineObject['TestCases'] ?? {}, at)) {
      const byState = new Map<string, MockedState>();
      for (const [state, responseName] of entries(states, `${at}.${testCase}`)) {
        const response = typeof responseName === 'string' ? parsed.get(responseName) : undefined;
        if (!response)
          throw fault(
            `${at}.${testCase}.${state}`,
            `names no entry of MockedResponses: ${String(responseName)}`,
          );
        byState.set(state, response);
      }
      cases.set(testCase, byState);
    }
    machines.set(machine, cases);
  }
  return { machines };
}

/** The response for an invocation, counted from 0. */
export function responseOf(state: MockedState, invocation: number): MockResponse | undefined {
  return state.find(({ first, last }) => invocation >= first && invocation <= last)?.response;
}

const NUMBERS = /^(\d+)(?:-(\d+))?$/;

function parseResponses(responses: Json, at: string): MockedState {
  return entries(responses, at).map(([numbers, value]) => {
    const found = NUMBERS.exec(numbers);
    if (!found)
      throw fault(`${at}.${numbers}`, 'is not an invocation number such as "0" or a range such as "1-3"');
    const first = Number(found[1]);
    return {
      first,
      last: found[2] === undefined ? first : Number(found[2]),
      response: parseResponse(value, `${at}.${numbers}`),
    };
  });
}

function parseResponse(value: Json, at: string): MockResponse {
  const response = object(value, at);
  if (response['Return'] !== undefined) return { Return: response['Return'] };
  const thrown = response['Throw'];
  if (isJsonObject(thrown) && typeof thrown['Error'] === 'string')
    return { Throw: { Error: thrown['Error'], Cause: String(thrown['Cause'] ?? '') } };
  throw fault(at, 'has neither Return nor a Throw with Error and Cause');
}

function entries(value: Json, at: string): [string, Json][] {
  return Object.entries(object(value, at)).map(([key, member]) => [memberName(key), member]);
}

function object(value: Json | undefined, at: string): JsonObject {
  if (!isJsonObject(value)) throw fault(at, 'is not an object');
  return value;
}

function fault(field: string, what: string): HarnessError {
  return new HarnessError('mock-config', `The mock configuration's ${field || 'root'} ${what}.`, {
    exitCode: ExitCode.inputWrong,
    remedy: 'See "Using mocked service integrations" in the documentation of Step Functions Local.',
    location: { field },
  });
}
