/** The registry of faults: the key in a rule, and what it does. */
import { bandwidth } from './bandwidth.ts';
import { delay } from './delay.ts';
import { initFailure } from './init-failure.ts';
import { kill } from './kill.ts';
import { oom } from './oom.ts';
import { reset } from './reset.ts';
import { skew } from './skew.ts';
import { throwError } from './throw.ts';
import { truncate } from './truncate.ts';

export const FAULTS = { throw: throwError, delay, bandwidth, reset, truncate, skew, initFailure, kill, oom };

export type FaultName = keyof typeof FAULTS;
