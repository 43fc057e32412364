/** Registry: one driver per kind of resource. */
import type { Resource, ResourceKind } from '../resource.ts';
import { activity } from './activity.ts';
import { bucket } from './bucket.ts';
import { lambdaFunction } from './lambda-function.ts';
import { layer } from './layer.ts';
import { logGroup } from './log-group.ts';
import { notification } from './notification.ts';
import { object } from './object.ts';
import type { ResourceDriver } from './resource-driver.ts';
import { role } from './role.ts';
import { stateMachine } from './state-machine.ts';

export const RESOURCE_DRIVERS: {
  [Kind in ResourceKind]: ResourceDriver<Extract<Resource, { kind: Kind }>>;
} = {
  activity,
  bucket,
  layer,
  notification,
  object,
  role,
  'log-group': logGroup,
  'lambda-function': lambdaFunction,
  'state-machine': stateMachine,
};
