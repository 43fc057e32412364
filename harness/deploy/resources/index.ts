/** Registry: one driver per kind of resource. */
import type { Resource, ResourceKind } from '../plan.ts';
import { bucket } from './bucket.ts';
import { lambdaFunction } from './lambda-function.ts';
import { logGroup } from './log-group.ts';
import { modelObject } from './model-object.ts';
import type { ResourceDriver } from './resource-driver.ts';
import { role } from './role.ts';
import { stateMachine } from './state-machine.ts';

export const RESOURCE_DRIVERS: {
  [Kind in ResourceKind]: ResourceDriver<Extract<Resource, { kind: Kind }>>;
} = {
  bucket,
  'model-object': modelObject,
  role,
  'log-group': logGroup,
  'lambda-function': lambdaFunction,
  'state-machine': stateMachine,
};
