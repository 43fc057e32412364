/** What TestState checks of a mock against the state it stands in for. Sentences are recorded where AWS's are known. */
import type { CompiledState } from '../../../../asl/program.ts';
import { isJsonObject, type Json } from '../../../../core/json.ts';
import { invalidDefinition, validationError } from '../errors.ts';
import { parseResource } from '../integrations/resource.ts';
import { checkMockResult } from './mock-result-check.ts';
import type { TestStateRequest } from './request.ts';

const MOCKABLE = ['Task', 'Map', 'Parallel'];

/** Throws ValidationException or InvalidDefinition when the mock does not fit the state, or is missing. */
export function checkMock(state: CompiledState, request: TestStateRequest): void {
  const { mock, configuration } = request;
  if (!mock) {
    if (configuration.mapIterationFailureCount !== undefined)
      throw validationError(
        'TestState does not support MapIterationFailureCount when a mock is not specified.',
      );
    if (state.type === 'Map' || state.type === 'Parallel')
      throw invalidDefinition(
        'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
      );
    if (state.type === 'Task' && request.roleArn === undefined)
      throw validationError('RoleArn must be specified when testing a Task state');
    return;
  }
  if (!MOCKABLE.includes(state.type))
    throw validationError(`State type '${state.type}' is not supported when a mock is specified`);
  if (mock.result === undefined) return;
  const { value: result } = mock.result;
  if (state.type === 'Parallel') checkBranches(result, state.branches.length);
  if (state.type === 'Map')
    checkIterations(
      result,
      state.resultWriter?.resource !== undefined,
      configuration.mapIterationFailureCount,
    );
  if (state.type === 'Task' && mock.fieldValidationMode !== 'NONE')
    checkMockResult(parseResource(state.resource), result, mock.fieldValidationMode);
}

function checkBranches(result: Json, branches: number): void {
  if (!Array.isArray(result)) throw validationError('Mocked result must be an array.');
  if (result.length !== branches)
    throw validationError(
      'Mocked result must contain the same number of items as number of Parallel branches.',
    );
}

function checkIterations(result: Json, written: boolean, failures: number | undefined): void {
  if (written) {
    if (!isJsonObject(result)) throw validationError('Mocked result must be a JSON object.');
    return;
  }
  if (!Array.isArray(result)) throw validationError('Mocked result must be an array.');
  if (failures !== undefined && failures > result.length)
    throw validationError(
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
}
