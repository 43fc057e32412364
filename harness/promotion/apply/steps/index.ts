/** Registry of steps, in the order in which they are carried out. */
import type { Step } from '../context.ts';
import { alarms } from './alarms.ts';
import { artifacts } from './artifacts.ts';
import { begin } from './begin.ts';
import { buckets } from './buckets.ts';
import { finish } from './finish.ts';
import { functions } from './functions.ts';
import { logGroups } from './log-groups.ts';
import { roles } from './roles.ts';
import { smoke } from './smoke.ts';
import { stateMachine } from './state-machine.ts';
import { stateMachineVersion } from './state-machine-version.ts';
import { traffic } from './traffic.ts';
import { versions } from './versions.ts';

export const STEPS: readonly Step[] = [
  buckets,
  begin,
  artifacts,
  roles,
  logGroups,
  functions,
  versions,
  stateMachine,
  stateMachineVersion,
  alarms,
  smoke,
  traffic,
  finish,
];
