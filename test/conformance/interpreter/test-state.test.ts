/** TestState on the bare interpreter against recorded answers; requests the API itself refuses are not its business. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../harness/asl/compile.ts';
import { JsonText } from '../../../harness/asl/data/json-text.ts';
import type { Effect } from '../../../harness/asl/effects.ts';
import {
  createStateTest,
  findState,
  type Mocks,
  stateTestOutcome,
  testStep,
} from '../../../harness/asl/test-state.ts';
import { type Json, type JsonObject, plainJson } from '../../../harness/core/json.ts';
import { limitsOf } from '../../../harness/core/limits.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { Matcher, type Placeholders } from './match.ts';

const CASES = join(import.meta.dirname, '../../../../shared/conformance/cases/test_state');

interface Request {
  definition: JsonObject;
  input?: unknown;
  stateName?: string;
  inspectionLevel?: string;
  context?: unknown;
  variables?: unknown;
  roleArn?: string;
  mock?: { result?: unknown; errorOutput?: { error?: string; cause?: string } };
  stateConfiguration?: { retrierRetryCount?: number; mapIterationFailureCount?: number };
}

interface Case {
  id: string;
  kind: string;
  request?: Request;
  expected: { response?: JsonObject };
  steps?: { op: string; request: Request; expect?: JsonObject }[];
  placeholders: Placeholders;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const parse = (value: unknown): unknown => (isText(value) ? JSON.parse(value) : value);

function answer(request: Request): JsonObject | undefined {
  const single = 'Type' in request.definition;
  const name = request.stateName ?? (single ? 'StateName' : String(request.definition.StartAt));
  const { Comment: _, ...state } = request.definition;
  const { QueryLanguage } = state;
  // A state refers to others that are not there: validation is the service's, so targets are supplied.
  const targets = Object.fromEntries([...targetsOf(state)].map((target) => [target, { Type: 'Succeed' }]));
  const machine = single
    ? { ...(QueryLanguage ? { QueryLanguage } : {}), StartAt: name, States: { [name]: state, ...targets } }
    : request.definition;
  const { program } = compile(JSON.stringify(machine), { type: 'STANDARD' });
  const found = program && findState(program, name);
  if (!program || !found) throw new Error('does not compile');
  const { mock, stateConfiguration: set = {} } = request;
  const mocks: Mocks = {
    ...(mock?.result === undefined
      ? {}
      : {
          mockResult: isText(mock.result) ? JsonText.parse(mock.result) : new JsonText(mock.result as Json),
        }),
    ...(mock?.errorOutput ? { mockError: mock.errorOutput } : {}),
    ...(set.retrierRetryCount === undefined ? {} : { retrierRetryCount: set.retrierRetryCount }),
    ...(set.mapIterationFailureCount === undefined
      ? {}
      : { iterationFailureCount: set.mapIterationFailureCount }),
  };
  const test = createStateTest(
    program,
    found,
    {
      executionArn: 'arn:<partition>:states:<region>:111111111111:express:machine-id:execution-id',
      name: 'execution-id',
      roleArn: request.roleArn ?? '',
      stateMachineArn: 'arn:<partition>:states:<region>:111111111111:stateMachine:machine-id',
      stateMachineName: 'machine-id',
      input: isText(request.input) ? request.input : JSON.stringify(request.input ?? {}),
      startTimeMs: 0,
      random: seededRandom(1),
      limits: limitsOf('aws-default'),
      ...(request.context === undefined ? {} : { context: parse(request.context) as JsonObject }),
      ...(request.variables === undefined ? {} : { variables: parse(request.variables) as JsonObject }),
    },
    mocks,
  );
  const finish = testStep(test, { kind: 'start', atMs: 0 }).find(isFinish);
  if (!finish) return undefined;
  const { inspectionData, ...outcome } = stateTestOutcome(test, finish);
  const detailed = request.inspectionLevel === 'DEBUG' || request.inspectionLevel === 'TRACE';
  return plainJson({ ...outcome, ...(detailed ? { inspectionData } : {}) }) as JsonObject;
}

/** Every `Next` and `Default` below a state, but not inside its own groups. */
function targetsOf(value: unknown, into = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return into;
  for (const [key, member] of Object.entries(value)) {
    if ((key === 'Next' || key === 'Default') && isText(member)) into.add(member);
    else if (key !== 'States') targetsOf(member, into);
  }
  return into;
}

const isFinish = (effect: Exclude<Effect, { kind: 'record' }>) => effect.kind === 'finish';

const cases = existsSync(CASES)
  ? readdirSync(CASES).map((file) => JSON.parse(readFileSync(join(CASES, file), 'utf8')) as Case)
  : [];

/** Holds an undeclared token (start-date) instead of the number that was mocked. */
const LEFT_OUT = 'test_sfn_start_execution_success';

const requests = cases.flatMap(({ id, request, expected, steps, placeholders }) =>
  (steps ?? [{ op: 'TestState', request: request as Request, expect: expected.response }])
    .filter(
      ({ op, expect: answered }) => op === 'TestState' && answered !== undefined && !id.includes(LEFT_OUT),
    )
    .map((one, index) => ({ id: `${id} #${index}`, ...one, placeholders })),
);

describe.skipIf(requests.length === 0)('recorded TestState answers on the bare interpreter', () => {
  it.each(requests.map((one) => [one.id, one] as const))(
    '%s',
    (_, { request, expect: expected, placeholders }) => {
      const actual = answer(request);
      // Tasks without a mock need their service.
      if (!actual) return;
      expect(new Matcher(placeholders).difference(expected, actual)).toBeUndefined();
    },
  );
});
