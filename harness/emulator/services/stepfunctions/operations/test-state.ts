import { compile, compileState, invalidDefinitionMessage } from '../../../../asl/compile.ts';
import type { CompiledState, Program } from '../../../../asl/program.ts';
import { findState } from '../../../../asl/test-state.ts';
import { invalidDefinition, validationError } from '../errors.ts';
import { statesOperation } from '../operation.ts';
import { checkContextTask } from '../test-state/context-checks.ts';
import { checkMock } from '../test-state/mock-checks.ts';
import { readTestState, type TestStateRequest } from '../test-state/request.ts';
import { runStateTest } from '../test-state/run-state-test.ts';

/** How AWS calls a state that comes without a name (recorded in the context object). */
const UNNAMED = 'StateName';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export const testState = statesOperation({
  name: 'TestState',
  read: readTestState,
  async handle(context, request) {
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
