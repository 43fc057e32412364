/** Registry of what always holds, whatever a scenario asks for. */

import { PackParts } from '../../core/pack-parts.ts';
import type { Invariant } from '../assertion.ts';
import { billedCoversDuration } from './billed-covers-duration.ts';
import { costIsGbSecondsTimesPrice } from './cost-is-gb-seconds-times-price.ts';
import { everyStateServed } from './every-state-served.ts';
import { mapRunFollowsCounts } from './map-run-follows-counts.ts';
import { memoryIsNotUsedUp } from './memory-is-not-used-up.ts';
import { objectsAreWhatTheySay } from './objects-are-what-they-say.ts';

const GENERIC: readonly Invariant[] = [
  everyStateServed,
  billedCoversDuration,
  mapRunFollowsCounts,
  costIsGbSecondsTimesPrice,
  memoryIsNotUsedUp,
  objectsAreWhatTheySay,
];

/** What always holds of runs of a pack. */
export const packInvariants = new PackParts<readonly Invariant[]>();

/** Invariants of a project's pack, and those of every project. */
export const invariantsFor = (pack: string | undefined): readonly Invariant[] => [
  ...(packInvariants.of(pack) ?? []),
  ...GENERIC,
];
