/** Registry of the eight kinds of state. */
import type { StateType } from '../definition.ts';
import { choice } from './choice.ts';
import { fail } from './fail.ts';
import type { StateHandler } from './handler.ts';
import { map } from './map.ts';
import { parallel } from './parallel.ts';
import { pass } from './pass.ts';
import { succeed } from './succeed.ts';
import { task } from './task.ts';
import { wait } from './wait.ts';

export const STATES: { readonly [type in StateType]: StateHandler } = {
  Choice: choice,
  Fail: fail,
  Map: map,
  Parallel: parallel,
  Pass: pass,
  Succeed: succeed,
  Task: task,
  Wait: wait,
};
