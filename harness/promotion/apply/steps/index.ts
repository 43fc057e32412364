/** Registry of steps, in the order in which they are carried out. */
import type { Step } from '../context.ts';
import { activities } from './activities.ts';
import { alarms } from './alarms.ts';
import { artifacts } from './artifacts.ts';
import { begin } from './begin.ts';
import { buckets } from './buckets.ts';
import { finish } from './finish.ts';
import { functions } from './functions.ts';
import { layers } from './layers.ts';
import { logGroups } from './log-groups.ts';
import { notifications } from './notifications.ts';
import { roles } from './roles.ts';
import { smoke } from './smoke.ts';
import { stateMachines } from './state-machines.ts';
import { traffic } from './traffic.ts';
import { versions } from './versions.ts';

export const STEPS: readonly Step[] = [
  buckets,
  begin,
  artifacts,
  roles,
  logGroups,
  activities,
  layers,
  functions,
  versions,
  stateMachines,
  alarms,
  smoke,
  traffic,
  notifications,
  finish,
];
