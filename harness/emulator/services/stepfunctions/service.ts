/**
 * AWS Step Functions behind the listener: state machines, executions, Map Runs, activities.
 */
import { awsJsonService } from '../../http/protocols/aws-json.ts';
import type { Service } from '../../http/wire.ts';
import type { FunctionsPort, LogsPort, ObjectsPort, RolesPort, ServiceEnvironment } from '../ports.ts';
import { operations } from './operations/index.ts';

/** What Step Functions asks of its neighbours. */
export interface StepFunctionsNeighbours {
  logs: LogsPort;
  objects: ObjectsPort;
  functions: FunctionsPort;
  roles: RolesPort;
}

/** The service as the emulator and the embedded backend hold it. */
export interface StepFunctionsService extends Service {
  readonly name: 'stepfunctions';
}

/** Creates the service; state machines kept under `env.stateDir` are there again. */
export function createStepFunctionsService(
  env: ServiceEnvironment,
  neighbours: StepFunctionsNeighbours,
): StepFunctionsService {
  const context = { env, neighbours };
  const service = awsJsonService({
    name: 'stepfunctions',
    targetPrefix: 'AWSStepFunctions',
    jsonVersion: '1.0',
    operations,
    context,
  });
  return { ...service, name: 'stepfunctions' };
}
