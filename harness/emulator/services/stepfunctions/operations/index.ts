/** The Step Functions operations served, one line each. */
import type { Operation } from '../../../http/operation.ts';
import type { StepFunctionsNeighbours } from '../service.ts';
import type { ServiceEnvironment } from '../../ports.ts';

interface StepFunctionsContext {
  env: ServiceEnvironment;
  neighbours: StepFunctionsNeighbours;
}

export const operations: readonly Operation<StepFunctionsContext>[] = [];
