/** Operations that judge a definition without a state machine. */
import type { TestStateCommandInput, ValidateStateMachineDefinitionCommandInput } from '@aws-sdk/client-sfn';
import { compile, compileState, invalidDefinitionMessage } from '../../../../asl/compile.ts';
import type { CompiledState, Program } from '../../../../asl/program.ts';
import { findState } from '../../../../asl/test-state.ts';
import { defineOperation } from '../../../http/operation.ts';
import { passRole } from '../../../http/permission.ts';
import type { StepFunctionsContext } from '../context.ts';
import { invalidDefinition, validationError } from '../errors.ts';
import { STATES_PRINCIPAL, statesCall } from '../operation.ts';
import { checkContextTask } from '../test-state/context-checks.ts';
import { checkMock } from '../test-state/mock-checks.ts';
import { type TestStateRequest, testStateRequest } from '../test-state/request.ts';
import { runStateTest } from '../test-state/run-state-test.ts';

const DEFAULT_DIAGNOSTICS = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html */
export const validateStateMachineDefinition = defineOperation<
  StepFunctionsContext,
  ValidateStateMachineDefinitionCommandInput
>({
  name: 'ValidateStateMachineDefinition',
  permission: () => [statesCall('ValidateStateMachineDefinition', '*')],
  input: { definition: { max: 1_048_576 } },
  handle(_context, { definition, type = 'STANDARD', severity = 'ERROR', maxResults }) {
    const { program, diagnostics } = compile(definition, { type });
    const wanted = diagnostics.filter(
      (diagnostic) => severity === 'WARNING' || diagnostic.severity === 'ERROR',
    );
    const limit = maxResults || DEFAULT_DIAGNOSTICS;
    return {
      result: program ? 'OK' : 'FAIL',
      diagnostics: wanted.slice(0, limit),
      truncated: wanted.length > limit,
    };
  },
});

/** AWS's name for a state that comes without one (recorded in the context object). */
const UNNAMED = 'StateName';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export const testState = defineOperation<StepFunctionsContext, TestStateCommandInput>({
  name: 'TestState',
  permission: ({ roleArn, revealSecrets }) => [
    statesCall('TestState', '*'),
    ...(revealSecrets ? [statesCall('RevealSecrets', '*')] : []),
    ...passRole(roleArn, STATES_PRINCIPAL),
  ],
  input: { definition: { max: 1_048_576 } },
  async handle(context, input) {
    const request = testStateRequest(input);
    const { program, state } = stateUnderTest(request);
    checkContextTask(request.context, state);
    checkMock(state, request);
    const { inspectionData, ...outcome } = await runStateTest(context, program, state, request);
    return request.inspectionLevel === 'INFO' ? outcome : { ...outcome, inspectionData };
  },
});

function stateUnderTest({ definition, stateName }: TestStateRequest): {
  program: Program;
  state: CompiledState;
} {
  const { program, diagnostics } =
    stateName === undefined
      ? compileState(definition, UNNAMED, { type: 'STANDARD' })
      : compile(definition, { type: 'STANDARD' });
  if (!program) throw invalidDefinition(invalidDefinitionMessage(diagnostics));
  const state = findState(program, stateName ?? UNNAMED);
  if (!state) throw validationError('State not found in definition');
  return { program, state };
}
