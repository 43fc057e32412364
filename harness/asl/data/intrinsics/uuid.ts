import { uuid as drawUuid } from '../../../core/ids.ts';
import type { Intrinsic } from './intrinsic.ts';

/** States.UUID(): a version 4 UUID. */
export const uuid: Intrinsic = {
  minArguments: 0,
  maxArguments: 0,
  apply: (_values, { random }) => drawUuid(random),
};
